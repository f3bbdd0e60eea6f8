"""What a loss leaves of a share, over all losses."""

from hypothesis import given
from hypothesis import strategies as st

from orders.allocation.rules import kept_of

QTY = st.integers(0, 10**7)


@given(QTY, QTY, st.integers(0, 100), st.integers(1, 5_000))
def test_a_loss_takes_nothing_handed_over_and_adds_nothing(
    offered: int, gone: int, left: int, step: int
) -> None:
    kept = kept_of(offered, gone, left, step)
    assert min(offered, gone) <= kept <= offered
    assert (kept - min(offered, gone)) % step == 0 or kept == offered
    if offered > gone:
        exact = (offered - gone) * left / 100
        assert exact - step < kept - gone <= exact


@given(QTY, QTY, st.integers(0, 99), st.integers(1, 5_000))
def test_a_smaller_loss_never_leaves_less(offered: int, gone: int, left: int, step: int) -> None:
    assert kept_of(offered, gone, left, step) <= kept_of(offered, gone, left + 1, step)
