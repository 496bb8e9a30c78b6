import torch

from resweep.nets.kernels.constant import constant


def test_torch_marks_a_constant_in_the_same_way():
    def ours():
        return 1

    def theirs():
        return 1

    assert vars(constant(ours)) == vars(torch.compiler.assume_constant_result(theirs)) != {}
