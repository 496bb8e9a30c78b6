"""Networks that somebody else wrote: any `torch.nn.Module` under the same instruments."""
