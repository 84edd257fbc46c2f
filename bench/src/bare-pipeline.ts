/** Reads, hashes, parses and visits every source file below a folder, and prints what it saw as one JSON object. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hash } from 'blake3-wasm'
import { type ParserOptions, parseSync, Visitor, visitorKeys } from 'oxc-parser'

const folder = process.argv[2]
if (folder === undefined) throw new Error('Give the folder to read')

let nodes = 0
const visitor = new Visitor(
  Object.fromEntries(
    Object.keys(visitorKeys).map((type) => [
      type,
      () => {
        nodes++
      },
    ]),
  ),
)
/** The option is not in the package's types: it is announced as experimental. */
const options: ParserOptions & { readonly experimentalRawTransfer: boolean } = { experimentalRawTransfer: true }
const hashes = new Set<string>()
let files = 0
let syntaxErrors = 0
for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
  if (!/\.[cm]?[jt]sx?$/.test(name)) continue
  const bytes = readFileSync(join(folder, name))
  hashes.add(hash(bytes).toString('hex'))
  const parsed = parseSync(name, bytes.toString('utf8'), options)
  visitor.visit(parsed.program)
  if (parsed.errors.length > 0) syntaxErrors++
  files++
}
process.stdout.write(`${JSON.stringify({ files, nodes, hashes: hashes.size, syntaxErrors })}\n`)
