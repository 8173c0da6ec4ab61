from __future__ import annotations

import pytest

from gowa_desktop.domain.errors import UsageError
from gowa_desktop.domain.instance import new_key
from gowa_desktop.domain.links import instance_key, is_link, shortened


def test_link_names_the_key_whatever_its_case() -> None:
    key = new_key()
    for link in (f"gowa-desktop://instance/{key}", f"GOWA-DESKTOP://Instance/{key.lower()}/"):
        assert is_link(link)
        assert instance_key(link) == key


@pytest.mark.parametrize(
    "link",
    [
        "",
        "gowa-desktop:",
        "gowa-desktop:instance/AB12CD34",
        "gowa-desktop://instance",
        "gowa-desktop://instance/",
        "gowa-desktop://instance/shop",
        "gowa-desktop://instance/AB12CD345",
        "gowa-desktop://instance/AB12CD3\u0664",
        "gowa-desktop://instance/AB12CD34\n",
        "gowa-desktop://instance/AB12CD34//",
        "gowa-desktop://instance/AB12CD34/delete",
        "gowa-desktop://instance/AB12CD34?start=1",
        "gowa-desktop://instance/AB12CD34#x",
        "gowa-desktop://user@instance/AB12CD34",
        "gowa-desktop://instance:80/AB12CD34",
        "gowa-desktop://instances/AB12CD34",
        "gowa-desktop://instance/../AB12CD34",
        "gowa-desktop://instance/%41B12CD34",
        "https://instance/AB12CD34",
        " gowa-desktop://instance/AB12CD34",
        "gowa-desktop://instance/AB12CD34" + 300 * "/",
    ],
)
def test_anything_else_is_refused_with_a_sentence_that_does_not_repeat_it(link: str) -> None:
    with pytest.raises(UsageError, match="leads to no instance") as refusal:
        instance_key(shortened(link))
    assert "gowa-desktop://instance/" in refusal.value.next_step
    assert not link or link not in refusal.value.message
