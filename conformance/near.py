"""What agrees, for the checks of this folder."""

TOLERANCE = 1e-5


def near(what, found, expected):
    """The largest difference, relative to the largest number where that is above 1."""
    if found.shape != expected.shape:
        raise ValueError(f"{what}: shape {tuple(found.shape)}, expected {tuple(expected.shape)}")
    difference = float((found - expected).abs().max() / max(1, expected.abs().max()))
    if not difference <= TOLERANCE:
        raise ValueError(f"{what}: differs by {difference:.2e}, expected at most {TOLERANCE:.0e}")
    return f"{what} within {difference:.0e}"
