import '@forge/watch/worker'
