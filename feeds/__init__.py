"""feed -> validate -> store: files as their publishers make them, into the store, by a catalogue.

`feeds.loading.load.load_source` is the stage; `catalogue.toml` says what each feed is and where its columns go.
"""
