import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { seededRandom } from './random.ts'

/** Changes a repository at random, always in the same way for the same seed. */
export interface RandomEdits {
  /** Does one edit, and says what. */
  edit(): string
  /** Makes the files those of the beginning again. */
  reset(): void
}

const repository = path.resolve(import.meta.dirname, '../..')

/** Copies some packages of this repository into a folder, as a workspace of their own. */
export function copyPackages(root: string, packages: readonly string[]): void {
  writeFileSync(path.join(root, 'pnpm-workspace.yaml'), 'packages:\n  - packages/*\n')
  writeFileSync(path.join(root, 'package.json'), '{ "name": "copy", "private": true }\n')
  writeFileSync(path.join(root, 'tsconfig.json'), '{ "compilerOptions": { "baseUrl": ".", "paths": {} } }\n')
  for (const name of packages) {
    for (const part of ['package.json', 'src']) {
      cpSync(path.join(repository, 'packages', name, part), path.join(root, 'packages', name, part), {
        recursive: true,
      })
    }
  }
}

/** Makes edits of what people do, and of what they do not: the graph must follow both. */
export function randomEdits(root: string, seed: number): RandomEdits {
  const random = seededRandom(seed)
  const below = (count: number): number => Math.floor(random() * count)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!
  const files = (): string[] => sourcesIn(root)
  const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    writeFileSync(path.join(root, file), text)
  }
  const all = (): ReadonlyMap<string, string> =>
    new Map(
      [...files(), ...configs.filter((file) => existsSync(path.join(root, file)))].map((file) => [file, read(file)]),
    )
  const configs = [
    'tsconfig.json',
    'pnpm-workspace.yaml',
    ...readdirSync(path.join(root, 'packages')).map((name) => `packages/${name}/package.json`),
  ]
  const base = all()
  const branches: ReadonlyMap<string, string>[] = [base]
  let count = 0

  const edits: Readonly<Record<string, () => string>> = {
    'delete a line': () => changeLines((lines) => lines.splice(below(lines.length), 1)),
    'repeat a line': () => changeLines((lines) => lines.splice(below(lines.length), 0, pick(lines))),
    'take a line from elsewhere': () =>
      changeLines((lines) => lines.splice(below(lines.length), 0, pick(read(pick(files())).split('\n')))),
    'swap two lines': () =>
      changeLines((lines) => {
        const [a, b] = [below(lines.length), below(lines.length)]
        ;[lines[a], lines[b]] = [lines[b]!, lines[a]!]
      }),
    'put a name for another': () => {
      const other = pick(namesIn(read(pick(files()))))
      return changeText((text) => replaceOne(text, pick(namesIn(text)), other))
    },
    'rename in one file': () =>
      changeText((text) => text.replaceAll(new RegExp(`\\b${pick(namesIn(text))}\\b`, 'g'), `renamed${++count}`)),
    'export or not': () =>
      changeLines((lines) => {
        const at = lines.findIndex(
          (line, index) =>
            index >= below(lines.length) && /^(export )?(function|const|class|interface|type) /.test(line),
        )
        if (at >= 0) lines[at] = lines[at]!.startsWith('export ') ? lines[at]!.slice(7) : `export ${lines[at]}`
      }),
    'export everything of another file': () => {
      const file = pick(files())
      const target = path.posix.relative(path.posix.dirname(file), pick(files()))
      write(file, `${read(file)}\nexport * from '${target.startsWith('.') ? target : `./${target}`}'\n`)
      return file
    },
    'add a function that calls': () => {
      const file = pick(files())
      const names = namesIn(read(file))
      write(
        file,
        `${read(file)}\nexport function added${++count}(f = ${pick(names)}) { f(${pick(names)}); return ${pick(names)}() }\n`,
      )
      return file
    },
    'break the syntax': () =>
      changeLines((lines) => lines.splice(below(lines.length), 0, pick(['((', '}', 'class {', '`', '@']))),
    repair: () => {
      const [file, text] = pick([...base])
      write(file, text)
      return file
    },
    'add a file': () => {
      const from = pick(files())
      const to = `${path.posix.dirname(pick(files()))}/added-${++count}.ts`
      write(to, read(from))
      return to
    },
    'delete a file': () => {
      const file = pick(files())
      rmSync(path.join(root, file))
      return file
    },
    'move a file': () => {
      const file = pick(files())
      const to = `${path.posix.dirname(pick(files()))}/${pick(['', 'moved/'])}moved-${++count}.ts`
      mkdirSync(path.dirname(path.join(root, to)), { recursive: true })
      renameSync(path.join(root, file), path.join(root, to))
      return `${file} to ${to}`
    },
    'move a folder': () => {
      const folder = path.posix.dirname(pick(files()))
      const to = `packages/${pick(readdirSync(path.join(root, 'packages')))}/folder-${++count}`
      renameSync(path.join(root, folder), path.join(root, to))
      return `${folder} to ${to}`
    },
    'save without a change': () => changeText((text) => text),
    'change the settings': () => {
      const paths = pick([
        {},
        { 'link/*': ['packages/link/src/*'] },
        { '@forge/*': [`${path.posix.dirname(pick(files()))}/*`] },
      ])
      write('tsconfig.json', JSON.stringify({ compilerOptions: pick([{ paths }, { baseUrl: '.', paths }, {}]) }))
      return 'tsconfig.json'
    },
    'change a package': () => {
      const file = pick(
        configs.filter((config) => config.endsWith('package.json') && existsSync(path.join(root, config))),
      )
      const manifest = JSON.parse(base.get(file) ?? '{}') as Record<string, unknown>
      if (below(2) === 0) manifest['exports'] = { '.': `./src/${path.posix.basename(pick(files()))}` }
      if (below(4) === 0) manifest['name'] = `@forge/${pick(['link', 'lang', 'errors', 'other'])}`
      write(file, JSON.stringify(manifest))
      return file
    },
    ignore: () => {
      const pattern = pick(['', `${path.posix.basename(pick(files()))}\n`, `${pick(files())}\n`, 'moved/\n'])
      write(pick(['.gitignore', '.forgeignore', `${path.posix.dirname(pick(files()))}/.gitignore`]), pattern)
      return pattern.trim()
    },
    'switch to another branch': () => {
      branches[1 + below(3)] = all()
      const branch = pick(branches.filter((one) => one !== undefined))
      put(branch)
      return `${branch.size} files`
    },
  }

  function put(branch: ReadonlyMap<string, string>): void {
    for (const file of files()) if (!branch.has(file)) rmSync(path.join(root, file))
    for (const [file, text] of branch) write(file, text)
  }

  function changeText(change: (text: string) => string): string {
    const file = pick(files())
    write(file, change(read(file)))
    return file
  }

  function changeLines(change: (lines: string[]) => void): string {
    return changeText((text) => {
      const lines = text.split('\n')
      change(lines)
      return lines.join('\n')
    })
  }

  return {
    reset() {
      put(base)
      const folders = new Set([...base.keys()].flatMap((file) => upwards(file)))
      for (const name of readdirSync(path.join(root, 'packages'), { recursive: true, encoding: 'utf8' })) {
        const at = `packages/${name.replaceAll(path.sep, '/')}`
        const isIgnoreFile = /\/\.(?:git|forge)ignore$/.test(at)
        const isStrangeFolder = !folders.has(at) && !base.has(at) && !isIgnoreFile
        if (isIgnoreFile || isStrangeFolder) rmSync(path.join(root, at), { recursive: true, force: true })
      }
      for (const name of ['.gitignore', '.forgeignore']) rmSync(path.join(root, name), { force: true })
    },
    edit() {
      if (files().length < 5) return `switch: ${edits['switch to another branch']!()}`
      const name = pick(Object.keys(edits))
      try {
        return `${name}: ${edits[name]!()}`
      } catch (error) {
        // A file where a folder should be, a folder into itself: no edit.
        return `${name}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`
      }
    },
  }
}

/** The folders that a file is in. */
function upwards(file: string): string[] {
  const parts = file.split('/').slice(0, -1)
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'))
}

function sourcesIn(root: string): string[] {
  const found: string[] = []
  const open = ['packages']
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const name of readdirSync(path.join(root, folder)).toSorted()) {
      const at = `${folder}/${name}`
      if (statSync(path.join(root, at)).isDirectory()) open.push(at)
      else if (name.endsWith('.ts')) found.push(at)
    }
  }
  return found.toSorted()
}

function namesIn(text: string): string[] {
  const names = text.match(/\b[A-Za-z_$][\w$]{2,}\b/g) ?? []
  return names.length === 0 ? ['nothing'] : names
}

function replaceOne(text: string, name: string, by: string): string {
  const at = text.search(new RegExp(`\\b${name.replaceAll('$', String.raw`\$`)}\\b`))
  return at < 0 ? text : text.slice(0, at) + by + text.slice(at + name.length)
}
