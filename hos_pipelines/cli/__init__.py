"""`hos`: one thin command per file, a face over functions the assets use too."""
