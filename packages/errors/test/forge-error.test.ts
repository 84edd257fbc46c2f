import { expect, it } from 'vitest'
import { ForgeError, InternalError, isForgeError, toErrorJson } from '@forge/errors'

class ShelfFullError extends ForgeError {
  override readonly code = 'FORGE_SHELF_FULL'
}

it('carries code, hint, details and cause, and is named after its class', () => {
  const cause = new Error('no room')
  const error = new ShelfFullError('The shelf is full', { hint: 'Add one', details: { size: 3 }, cause })
  expect(error).toMatchObject({ name: 'ShelfFullError', code: 'FORGE_SHELF_FULL', hint: 'Add one', cause })
  expect(error).toBeInstanceOf(Error)
})

it('renders as data without the members it lacks', () => {
  expect(toErrorJson(new ShelfFullError('full'))).toStrictEqual({ code: 'FORGE_SHELF_FULL', message: 'full' })
  expect(toErrorJson(new ShelfFullError('full', { hint: 'h', details: { n: 1 } }))).toStrictEqual({
    code: 'FORGE_SHELF_FULL',
    message: 'full',
    hint: 'h',
    details: { n: 1 },
  })
})

it('starts the stack at the line that called the function at fault', () => {
  function put(): Error {
    return new ShelfFullError('full', { callSite: put })
  }
  function caller(): Error {
    return put()
  }
  expect(caller().stack?.split('\n')[1]).toContain('caller')
})

it('recognises errors of another copy of the package and nothing else', async () => {
  // @ts-expect-error -- the query makes the loader evaluate the module a second time
  const copy = (await import('../src/forge-error.ts?copy')) as typeof import('@forge/errors')
  const foreign = new copy.InternalError('from elsewhere')
  expect(foreign).not.toBeInstanceOf(InternalError)
  expect(isForgeError(foreign)).toBe(true)
  expect(isForgeError(new Error('plain'))).toBe(false)
  expect(isForgeError(undefined)).toBe(false)
})
