"""`hos`: one thin command per file, a face over functions the assets use too.

Ctrl-C is watched from here on, since this is loaded before what takes time to load.
"""

from hos_pipelines.cli.interruption import watch_loading

watch_loading()
