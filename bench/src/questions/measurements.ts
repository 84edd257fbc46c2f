import type { Bar, Measurement, Metric } from '../suite/measurement.ts'

/** The questions, in the order they are asked and told, with what is asked for. */
const questions = {
  find: 'Ten symbols for a text: exact names, names in lower case, beginnings of four letters, initials of three parts or more, the last part of a name, and a name there is none of, in turn.',
  refs: 'Every reference to a symbol.',
  'refs at': 'Every reference to what is named at a place, locals included.',
  callers: 'Every call site that leads to a function that is called.',
  callees: 'Every call site in a function that calls.',
  path: 'A shortest path of calls between a function that calls and one that is called; there is one for some, and for the others that must be found out.',
} as const

/** One of the questions. */
export type QuestionName = keyof typeof questions

const metrics = Object.keys(questions).flatMap((name): Metric[] =>
  (['p50', 'p99'] as const).map((rank) => ({
    id: `${name} ${rank}`,
    label: `${name} ${rank}`,
    unit: 'ms',
    over: 'median',
  })),
)

/** What the requirements ask of one step, in milliseconds. */
const limits = { p50: 0.3, p99: 2 }

/** Everything the benchmark of questions measures. */
export const measurements: readonly Measurement[] = [
  {
    id: 'questions',
    title: 'Questions to a graph',
    what:
      'Milliseconds from a call of the library until its promise is fulfilled, one question after the other, about symbols picked ' +
      `evenly from all there are.\n\n${Object.entries(questions)
        .map(([name, text]) => `- ${name}: ${text}`)
        .join('\n')}`,
    program: new URL('programs/questions.ts', import.meta.url),
    together: false,
    minutes: 15,
    baseline: 'effect',
    sides: [
      { name: 'effect', note: '`effect@4.1.0`, `src/`: 524 k lines.' },
      { name: 'synthetic-2m', note: 'Four times as much: the repository of 2 million lines of the cold index.' },
    ],
    metrics: [...metrics, { id: 'wrong', label: 'empty answers', unit: 'count', over: 'sum' }],
    bars: [
      ...['effect', 'synthetic-2m'].flatMap((side) =>
        metrics.map(({ id }): Bar => {
          const rank = id.endsWith('p50') ? 'p50' : 'p99'
          return { text: `${id}, ${side}`, side, metric: id, atMost: limits[rank] }
        }),
      ),
      { text: 'no answer that must have something is empty', side: 'effect', metric: 'wrong', atMost: 0 },
    ],
    size: { questions: 2000, part: 1 },
    smallSize: { questions: 20, part: 0 },
  },
]
