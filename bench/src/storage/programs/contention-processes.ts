/** Lets several processes add to one counter, each in transactions of its own. */
import { join } from 'node:path'
import type { ContendOrder } from './contending-process.ts'
import { type Contention, contentionNumbers } from './contention.ts'
import { counted } from './counters.ts'
import { createPeople } from './people.ts'
import { startProcess } from './processes.ts'
import { onlySide, runProgram, sizeOf } from '../../suite/program.ts'

/** Time for every process to have heard that it starts. */
const headStartMs = 50

await runProgram(async (request) => {
  const side = onlySide(request)
  const file = join(request.folder, 'people.db')
  createPeople(file)
  const transactions = sizeOf(request, 'transactions')
  const starting = Array.from({ length: sizeOf(request, 'workers') }, () =>
    startProcess<ContendOrder, unknown>(new URL('./contending-process.ts', import.meta.url)),
  )
  const processes = await Promise.all(starting)
  // One after the other: to open a file is another measurement.
  for (const each of processes) await each.ask({ open: file, side })
  const at = Date.now() + headStartMs
  const met = await Promise.all(processes.map((each) => each.ask({ transactions, at })))
  const allMs = Date.now() - at
  await Promise.all(processes.map((each) => each.stop()))
  const lost = processes.length * (transactions + 1) - counted(file)
  return { [side]: { allMs, lost, ...contentionNumbers(met as Contention[]) } }
})
