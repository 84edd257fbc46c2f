import type { Measurement, Metric, Unit } from '../suite/measurement.ts'
import { closureName } from './package-closure.ts'

const closure =
  'The packages that `fastify@5.12.8` and `pino@10.4.0` need, them included, as npm has them: each is indexed and added as a project of its own, a copy beside the ' +
  '`node_modules` with all of them and with `@types/node@24.19.4`, so that an import means both what is installed and the project of the same version.'

/** Everything the benchmark of projects that use each other measures. */
export const measurements: readonly Measurement[] = [
  {
    id: 'sync',
    title: 'Bringing what is known of all projects up to date',
    what:
      `${closure}\n\n` +
      '- first: `projects.ask()` after all were added: what is public in each project and in each installed package is read, and all that names something of them is linked. ' +
      'Uses are names of other packages, once for each project; links are what they may mean.\n' +
      '- again: the same with nothing changed, at p50. All folders are looked through for what has changed.\n' +
      '- comment: after a comment was added to a file of `ajv`, and that was indexed again.\n' +
      '- rename: after an export of `ajv` that three other projects use, `ErrorObject`, was renamed, and that was indexed again; with how many uses were linked again.\n' +
      '- index: `forge.index()` of all projects, one after the other, in a process of its own. Memory is that of the process that asks, at most until the first answer.',
    program: new URL('programs/sync.ts', import.meta.url),
    together: false,
    minutes: 10,
    baseline: 'forge',
    sides: [{ name: 'forge', note: '`Projects` of `@forge/forge`.', peer: closureName }],
    metrics: [
      metric('projects', 'projects', 'count'),
      metric('files', 'files', 'count'),
      metric('lines', 'lines', 'count'),
      metric('bytes', 'code', 'bytes'),
      metric('index', 'index', 'ms'),
      metric('first', 'first', 'ms'),
      metric('installed', 'packages read', 'count'),
      metric('uses', 'uses', 'count'),
      metric('links', 'links', 'count'),
      metric('again', 'again', 'ms'),
      metric('comment', 'comment', 'ms'),
      metric('comment relinked', 'linked again', 'count'),
      metric('rename', 'rename', 'ms'),
      metric('rename relinked', 'linked again', 'count'),
      metric('database', 'database', 'bytes'),
      metric('memory', 'memory', 'bytes'),
      { id: 'read in vain', label: 'read in vain', unit: 'count', over: 'sum' },
    ],
    bars: [
      {
        text: 'no project is read again where nothing changed',
        side: 'forge',
        metric: 'read in vain',
        atMost: 0,
      },
      {
        text: 'nothing is linked again after a comment',
        side: 'forge',
        metric: 'comment relinked',
        atMost: 0,
      },
    ],
    size: { asks: 9 },
    smallSize: { asks: 1 },
  },
  {
    id: 'questions',
    title: 'Questions to all projects',
    what:
      'The 20 exports that most other projects name, and of these those that most places do, asked about in turn with the projects open: milliseconds until every place in another project that refers to it is known ' +
      '(`references`), and all that a change of it may affect in other projects, at any distance, by way of its own project too (`impact`). The first question about each, which opens graphs, is not measured.',
    program: new URL('programs/questions.ts', import.meta.url),
    together: false,
    mostRounds: 1,
    minutes: 10,
    baseline: 'forge',
    sides: [
      {
        name: 'forge',
        note: '`asked.references` and `asked.impact` of what `projects.ask()` gives.',
        peer: closureName,
      },
    ],
    metrics: [
      ...['references', 'impact'].flatMap((name) =>
        ['p50', 'p99'].map((rank) => metric(`${name} ${rank}`, `${name} ${rank}`, 'ms')),
      ),
      metric('exports', 'exports', 'count'),
      metric('most', 'projects that use the first', 'count'),
      metric('sites', 'places', 'count'),
      { id: 'empty', label: 'empty answers', unit: 'count', over: 'sum' },
    ],
    bars: [{ text: 'no answer is empty', side: 'forge', metric: 'empty', atMost: 0 }],
    size: { exports: 20, questions: 1000 },
    smallSize: { exports: 5, questions: 10 },
  },
  {
    id: 'resolution',
    title: 'Where names of other packages lead',
    what:
      'All places in the code of the projects that name something of another package, or a member of it, by where they lead: to a project, to an installed package, often to both. ' +
      'Those that lead nowhere, by the reason: no such package is installed and no project has it (the tests and benchmarks that packages bring along import much that is not); ' +
      'what is imported was not found in it; a member was not found in what is imported. Whether they lead to the right place is another question: see `accuracy/RESULTS.md`.',
    program: new URL('programs/resolution.ts', import.meta.url),
    together: true,
    mostRounds: 1,
    minutes: 10,
    baseline: 'packages',
    sides: [
      { name: 'packages', note: 'Names of packages.', peer: closureName },
      { name: 'Node', note: 'Names of what is built into Node, which lead to `@types/node`.', peer: closureName },
    ],
    metrics: [
      counted('sites', 'places', 'count'),
      counted('project', 'to a project', 'count'),
      counted('installed', 'to an installed package', 'count'),
      counted('led', 'to any', 'count'),
      counted('no package', 'no such package', 'count'),
      counted('no name', 'no such name', 'count'),
      counted('no member', 'no such member', 'count'),
      counted('of all', 'of all places', 'share'),
      counted('of what is there', 'of those of packages that are there', 'share'),
    ],
    bars: [],
    size: {},
    smallSize: {},
  },
]

/** A number of one round, which is compared with that of no other side. */
function counted(id: string, label: string, unit: Unit): Metric {
  return { id, label, unit, over: 'sum' }
}

function metric(id: string, label: string, unit: Unit): Metric {
  return { id, label, unit, over: 'median' }
}
