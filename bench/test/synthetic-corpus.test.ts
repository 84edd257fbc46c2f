import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeSynthetic } from '../src/synthetic-corpus.ts'

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'forge-synthetic-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

function files(root: string): Record<string, string> {
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    names
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((path) => [path.slice(root.length + 1), readFileSync(path, 'utf8')]),
  )
}

test('copies files as packages with modules of other names, of which one in ten imports from the package before', () => {
  const from = folder()
  const sources = {
    'a.ts': "import { b } from './in/b.ts'\nexport const a = b\n",
    'in/b.ts': "import type { A } from '../a.ts'\nexport const b = 'b.ts'\n",
    'in/c.js': 'export const c = 1\n',
    'note.md': "import './a.ts'",
  }
  for (const [name, text] of Object.entries(sources)) {
    mkdirSync(dirname(join(from, name)), { recursive: true })
    writeFileSync(join(from, name), text)
  }
  const to = folder()
  writeSynthetic({ from, copies: 2 }, to)
  expect(files(to)).toEqual({
    'package.json': '{"private":true,"workspaces":["packages/*"]}',
    'packages/part-1/package.json': '{"name":"part-1","private":true}',
    'packages/part-1/src/a1.ts': "// part 1\nimport { b } from './in/b1.ts'\nexport const a = b\n",
    'packages/part-1/src/in/b1.ts': "// part 1\nimport type { A } from '../a1.ts'\nexport const b = 'b.ts'\n",
    'packages/part-1/src/in/c1.js': '// part 1\nexport const c = 1\n',
    'packages/part-2/package.json': '{"name":"part-2","private":true}',
    'packages/part-2/src/a2.ts': "// part 2\nimport { b } from '../../part-1/src/in/b1.ts'\nexport const a = b\n",
    'packages/part-2/src/in/b2.ts': "// part 2\nimport type { A } from '../a2.ts'\nexport const b = 'b.ts'\n",
    'packages/part-2/src/in/c2.js': '// part 2\nexport const c = 1\n',
  })
  const digests = Object.values(files(to)).map((text) => createHash('sha256').update(text).digest('hex'))
  expect(new Set(digests).size).toBe(digests.length)
})
