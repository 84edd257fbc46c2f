import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FilePosition } from '@forge/graph'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Forge } from '../src/forge.ts'
import { forgeJson } from './forge-process.ts'
import { type Places, type Question, questions, type Target } from './own-code-questions.ts'

const repository = fileURLToPath(new URL('../../..', import.meta.url))
const indexed = [
  'packages',
  'apps/forge/src',
  'apps/forge/package.json',
  'package.json',
  'pnpm-workspace.yaml',
  'tsconfig.json',
  'tsconfig.base.json',
]

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'forge-own-code-')))
const root = path.join(folder, 'repository')
const database = path.join(folder, 'graph.db')
let forge: Forge

beforeAll(async () => {
  copyRepository()
  forge = await Forge.open(root, { database })
  await forge.index()
})

afterAll(async () => {
  await forge.close()
  rmSync(folder, { recursive: true, force: true })
})

it.each(questions.map((question) => [question.name, question] as const))('%s', async (_name, question) => {
  expect(await answerTo(question)).toStrictEqual(expectedOf(question))
})

it.each(['definition', 'references', 'callers'] as const)('gives the same %s on the command line', async (ask) => {
  const { of, answer } = questions.find((question) => question.ask === ask)!
  const command = { definition: 'def', references: 'refs', callers: 'callers' }[ask]
  const target = typeof of === 'string' ? of : shown(placesOf(of)[0]!)
  const { code, json } = await forgeJson([command, target, '--cwd', root, '--db', database])
  expect(code).toBe(0)
  const { definitions, references, calls } = json.data as unknown as {
    readonly definitions?: readonly { readonly id: string }[]
    readonly references?: readonly Reference[]
    readonly calls?: readonly { readonly caller: string }[]
  }
  const found =
    references?.map(shownReference) ?? definitions?.map(({ id }) => id) ?? calls?.map(({ caller }) => caller) ?? []
  expect(sorted(found)).toStrictEqual(expectedAnswer(answer))
})

async function answerTo({ ask, of, to, answer }: Question): Promise<readonly string[]> {
  const { graph } = forge
  if (ask === 'definition') {
    const symbols = (await graph.definition(positionOf(of))).map(({ symbol }) => symbol)
    return sorted('ids' in answer ? symbols.map(({ id }) => id) : symbols.map(shownReference))
  }
  const target = typeof of === 'string' ? of : positionOf(of)
  if (ask === 'references') return sorted((await graph.references(target)).map(shownReference))
  const id = String(of)
  if (ask === 'callers') return sorted((await graph.callers(id)).map(({ caller }) => caller))
  if (ask === 'callees') return sorted((await graph.callees(id)).map(({ callee }) => callee))
  return (await graph.path(id, to!))?.symbols.map((symbol) => symbol.id) ?? []
}

function expectedOf({ ask, answer }: Question): readonly string[] {
  return ask === 'path' && 'ids' in answer ? answer.ids : expectedAnswer(answer)
}

function expectedAnswer(answer: Question['answer']): readonly string[] {
  return sorted('ids' in answer ? answer.ids : answer.places.flatMap(placesOf).map(shown))
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted()
}

interface Reference {
  readonly file: string
  readonly range: { readonly start: { readonly line: number; readonly column: number } }
}

function shownReference({ file, range }: Reference): string {
  return shown({ file, ...range.start })
}

function shown({ file, line, column }: FilePosition): string {
  return `${file}:${line}:${column}`
}

function positionOf(target: Target): FilePosition {
  if (typeof target === 'string') throw new Error(`${target} is no place`)
  return placesOf(target)[0]!
}

/** Where the marked names are today. */
function placesOf([file, ...snippets]: Places): FilePosition[] {
  const text = readFileSync(path.join(root, file), 'utf8')
  return snippets.flatMap((snippet) => {
    const plain = snippet.replaceAll(/[«»]/g, '')
    const start = text.indexOf(plain)
    if (start < 0 || text.includes(plain, start + 1)) throw new Error(`${file} does not hold exactly once: ${plain}`)
    const parts = snippet.split('«').slice(0, -1)
    return parts.map((_, index) => {
      const before = parts
        .slice(0, index + 1)
        .join('')
        .replaceAll('»', '')
      const lines = text.slice(0, start + before.length).split('\n')
      return { file, line: lines.length, column: lines.at(-1)!.length + 1 }
    })
  })
}

/** Copies what git keeps of the repository, so that builds and unfinished files change nothing; all sources where there is no git. */
function copyRepository(): void {
  const tracked = trackedFiles()
  for (const file of tracked) {
    const from = path.join(repository, file)
    if (!existsSync(from)) continue
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    copyFileSync(from, path.join(root, file))
  }
  if (tracked.length > 0) return
  for (const part of indexed) {
    cpSync(path.join(repository, part), path.join(root, part), {
      recursive: true,
      filter: (source) => !/[\\/](?:node_modules|dist|coverage)$/.test(source),
    })
  }
}

function trackedFiles(): readonly string[] {
  try {
    const listed = execFileSync('git', ['ls-files', '-z', '--', ...indexed], {
      cwd: repository,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return listed.split('\0').filter((file) => file !== '')
  } catch {
    return []
  }
}
