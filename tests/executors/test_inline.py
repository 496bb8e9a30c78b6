import pytest

from resweep.executors.inline import Inline


def test_a_future_is_finished_when_it_is_returned():
    with Inline() as executor:
        future = executor.submit(divmod, 7, 2)
        assert future.done()
        assert future.result() == (3, 1)


def test_exceptions_wait_in_the_future_and_interrupts_pass_through():
    executor = Inline()
    assert isinstance(executor.submit(divmod, 1, 0).exception(), ZeroDivisionError)

    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        executor.submit(interrupt)
