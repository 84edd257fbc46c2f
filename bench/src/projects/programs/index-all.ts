/** Indexes the folders it is given, one after the other, and prints how long that took. */
import { Forge } from '@forge/forge'

const roots = JSON.parse(process.argv[2] ?? '[]') as readonly string[]
const start = performance.now()
for (const root of roots) {
  await using forge = await Forge.open(root)
  await forge.index()
}
process.stdout.write(JSON.stringify({ index: performance.now() - start }))
