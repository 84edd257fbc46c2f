import type { JsonDifference, RunStatus, RunSummary, StepRecord } from '@forge/runs'
import { bytes, counted, duration } from './render.ts'
import type { Terminal } from './terminal.ts'

type Colors = Terminal['colors']

/** Characters of an id that tell runs apart: the time it was made, and the count within a millisecond. */
const idLength = 18

/** The beginning of an id, enough to name the run. */
export function shortId(id: string): string {
  return id.slice(0, idLength)
}

/** `2026-11-01 14:05:09`, in the time zone of whoever looks. */
export function localTime(time: number): string {
  const date = new Date(time)
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`
}

/** The status in its colour. */
export function statusText(status: RunStatus | StepRecord['status'], colors: Colors): string {
  if (status === 'succeeded') return colors.green(status)
  if (status === 'failed' || status === 'lost') return colors.red(status)
  return status === 'running' ? colors.cyan(status) : colors.yellow(status)
}

/** The cells of a run in a list. */
export function runCells(run: RunSummary): readonly string[] {
  const took = run.durationMs === null ? '' : duration(run.durationMs)
  const steps = run.steps === 0 ? '' : counted(run.steps, 'step')
  return [shortId(run.id), run.status, localTime(run.startedAt), took, steps, oneLine(run.objective)]
}

/** What is known of a run, a line each. */
export function runLines(run: RunSummary, colors: Colors): readonly string[] {
  const { bold, dim, red } = colors
  const rows: (readonly [string, string | null])[] = [
    ['status', statusText(run.status, colors)],
    ['error', run.error === null ? null : red(run.error)],
    ['started', localTime(run.startedAt)],
    ['ended', run.endedAt === null ? null : `${localTime(run.endedAt)}, after ${duration(run.durationMs ?? 0)}`],
    ['sign of life', run.status === 'running' ? localTime(run.heartbeatAt) : null],
    ['tags', run.tags.length === 0 ? null : run.tags.join(', ')],
    ['parent', run.parent],
    ['revision', run.revision === null ? null : String(run.revision)],
    ['commit', run.commit],
    ['plan', sizeOf(run.planBytes, run.planId)],
    ['execution', sizeOf(run.executionBytes, null)],
    ['process', `${run.process.pid} on ${run.process.host}`],
  ]
  const shown = rows.filter(([, value]) => value !== null)
  return [bold(run.id), run.objective, ...shown.map(([name, value]) => `  ${dim(name.padEnd(12))}  ${value}`)].filter(
    (line) => line !== '',
  )
}

function sizeOf(size: number | null, id: string | null): string | null {
  if (size === null) return id
  return id === null ? bytes(size) : `${id}, ${bytes(size)}`
}

/** A recorded step. */
export function stepLine(step: StepRecord, colors: Colors): string {
  const { position, name, tool, status, durationMs, error } = step
  const parts = [
    String(position).padStart(4),
    statusText(status, colors),
    oneLine(name),
    tool === null ? '' : colors.dim(tool),
    durationMs === null ? '' : duration(durationMs),
    error === null ? '' : colors.red(oneLine(error)),
  ]
  return parts.filter((part) => part !== '').join('  ')
}

/** `plan.steps[2].name: "a" -> "b"`. */
export function differenceLine(part: string, { path, kind, before, after }: JsonDifference, colors: Colors): string {
  const place = path.reduce<string>(
    (all, each) => (typeof each === 'number' ? `${all}[${each}]` : `${all}.${each}`),
    part,
  )
  if (kind === 'added') return `${colors.green('+')} ${place}: ${valueText(after)}`
  if (kind === 'removed') return `${colors.red('-')} ${place}: ${valueText(before)}`
  return `  ${place}: ${colors.red(valueText(before))} -> ${colors.green(valueText(after))}`
}

const longestValue = 200

function valueText(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length <= longestValue ? text : `${text.slice(0, longestValue)}… (${text.length} characters)`
}

/** The text on one line, cut where it is long. */
export function oneLine(text: string, longest: number = 100): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`
}
