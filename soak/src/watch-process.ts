import { Forge } from '@forge/forge'

// Run as a process of its own: watches a folder until it is killed, and says what it did.
const forge = await Forge.withRuntime(process.argv[2] ?? '')
process.stdout.write(`ready ${forge.runtime().role}\n`)
for await (const event of forge.runtime().events()) {
  process.stdout.write(event.type === 'error' ? `error ${event.error.message}\n` : `${event.type}\n`)
}
