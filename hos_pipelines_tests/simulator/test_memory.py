"""What a simulator remembers has an upper bound, however many people are asked about."""

import importlib
import pkgutil

from hos_pipelines import simulator

_MOST = 131_072


def test_every_cache_is_bounded() -> None:
    modules = [
        importlib.import_module(f"{simulator.__name__}.{found.name}")
        for found in pkgutil.iter_modules(simulator.__path__)
    ]
    caches = {
        f"{module.__name__}.{name}": value.cache_parameters()["maxsize"]
        for module in modules
        for name, value in vars(module).items()
        if hasattr(value, "cache_parameters")
    }
    assert len(caches) > 5
    assert {name: size for name, size in caches.items() if size is None or size > _MOST} == {}
