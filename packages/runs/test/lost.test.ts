import os from 'node:os'
import process from 'node:process'
import { describe, expect, test } from 'vitest'
import type { ProcessState } from '@forge/runs'
import { emptyHistory, failure } from './history.ts'

const elsewhere = { host: 'elsewhere', pid: 1, start: null }

describe('runs are lost', () => {
  test('not while this process goes on', async () => {
    const { runs, clock } = await emptyHistory()
    await runs.savePlanResult({})
    clock.now += 1e9
    expect(await runs.markLost({ heartbeatTimeout: 0 })).toEqual([])
  })

  test('when their process id belongs to another process now', async () => {
    const { reopen } = await emptyHistory()
    const own = reopen()
    const { process: self } = await own.getRun(await own.savePlanResult({}))
    expect(self).toMatchObject({ host: os.hostname(), pid: process.pid })
    const [boot, namespace, ticks] = self.start!.split('/')
    const states = async (start: string, pid = process.pid): Promise<boolean> => {
      const runs = reopen({ process: { host: self.host, pid, start }, project: start + pid })
      await runs.savePlanResult({})
      return (await runs.markLost()).length === 1
    }
    expect(await states(`${boot}/${namespace}/${ticks}`)).toBe(false)
    expect(await states(`${boot}/${namespace}/${Number(ticks) + 1}`)).toBe(true)
    expect(await states(`another boot/${namespace}/${ticks}`)).toBe(true)
    expect(await states(`${boot}/another container/${ticks}`)).toBe(false)
    expect(await states(`${boot}/${namespace}/${ticks}`, 2 ** 22 + 7)).toBe(true)
  })

  test('on another machine, after a time without a sign of life', async () => {
    const { runs, clock } = await emptyHistory({ process: elsewhere })
    const quiet = await runs.start()
    const lively = await runs.start()
    clock.now += 500
    await lively.heartbeat()
    clock.now += 501
    expect(await runs.markLost({ heartbeatTimeout: 1000 })).toEqual([quiet.id])
    expect(await runs.getRun(quiet.id)).toMatchObject({ status: 'lost', endedAt: clock.now - 1001, durationMs: 0 })
    expect((await runs.getRun(lively.id)).status).toBe('running')
  })

  test('and come back when they give a sign of life', async () => {
    const { runs, clock } = await emptyHistory({ process: elsewhere })
    const started = clock.now
    const all = [await runs.start(), await runs.start(), await runs.start()]
    clock.now += 10
    expect(await runs.markLost({ heartbeatTimeout: 5 })).toHaveLength(3)
    const [beating, stepping, ending] = all
    await beating?.heartbeat()
    await stepping?.step({ name: 'late' })
    await ending?.finish({ execution: { success: true } })
    const back = { status: 'running', endedAt: null, durationMs: null, heartbeatAt: clock.now }
    expect(await runs.getRun(beating!.id)).toMatchObject(back)
    expect(await runs.getRun(stepping!.id)).toMatchObject(back)
    expect(await runs.getRun(ending!.id)).toMatchObject({ status: 'succeeded', durationMs: clock.now - started })
  })

  test('as the probe says that is given', async () => {
    const states: ProcessState[] = ['gone', 'alive', 'unknown']
    const { runs } = await emptyHistory({ probe: () => states.shift() ?? 'alive' })
    const ids = [await runs.savePlanResult({}), await runs.savePlanResult({}), await runs.savePlanResult({})]
    expect(await runs.markLost()).toEqual([ids[0]])
    const { changes } = await runs.changes({ after: 3 })
    expect(changes).toMatchObject([{ kind: 'saved', run: { id: ids[0], status: 'lost' } }])
  })

  test('by the process they are said to run in', async () => {
    const { runs, clock } = await emptyHistory()
    const agent = await runs.start({ process: elsewhere })
    expect((await runs.getRun(agent.id)).process).toEqual(elsewhere)
    clock.now += 601_000
    expect(await runs.markLost()).toEqual([agent.id])
    const strange = [null, 'me', { pid: 1 }, { host: 'a', pid: -1 }, { host: 'a', pid: 1, start: 2 }]
    for (const process of strange) {
      expect(await failure(runs.start({ process } as never))).toMatchObject({ code: 'FORGE_RUN_INVALID' })
    }
  })

  test('after a time that can be', async () => {
    const { runs } = await emptyHistory()
    expect(await failure(runs.markLost({ heartbeatTimeout: -1 }))).toMatchObject({ code: 'FORGE_RUN_INVALID' })
  })
})
