import '@forge/pool/worker'
