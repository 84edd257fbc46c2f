import '@forge/indexer/worker'
