import { Forge } from './index.ts'
import { readFileSync } from 'node:fs'
await using forge = await Forge.open('/tmp/effproj', { database: '/tmp/effproj.db' })
if (process.argv[2] === 'index') {
  await forge.index()
  process.exit(0)
}
let seed = 7
const random = () => (seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff) / 0x7fffffff
const files = [...(await forge.graph.files()).keys()]
const drawn: { file: string; line: number }[] = []
const times: number[] = []
const direction = (process.argv[2] ?? 'backward') as 'backward'
while (drawn.length < 40) {
  const file = files[Math.floor(random() * files.length)]!
  const lines = readFileSync('/tmp/effproj/' + file, 'utf8').split('\n')
  const at = Math.floor(random() * lines.length)
  if (!/^\s+(?:return|const|if|throw|for|while)\b/.test(lines[at]!)) continue
  try {
    const t = performance.now()
    await forge.pdg.slice({ file, line: at + 1, direction })
    times.push(performance.now() - t)
    drawn.push({ file, line: at + 1 })
  } catch {}
}
const again: number[] = []
for (const place of drawn) {
  const t = performance.now()
  await forge.pdg.slice({ ...place, direction })
  again.push(performance.now() - t)
}
const s = (x: number[]) => {
  x.sort((a, b) => a - b)
  return [x[20], x[36], x[39]].map((v) => Math.round(v!))
}
console.log('first', s(times), 'again', s(again), Math.round(process.memoryUsage().rss / 1e6))
