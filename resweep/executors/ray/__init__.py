"""Tasks on a Ray cluster: workers are actors that stay, the driver alone stores."""
