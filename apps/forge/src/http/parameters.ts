import { z } from '@hono/zod-openapi'

/** A whole number in an address, in decimal digits. */
export function wholeNumber(least: number, most: number, description: string) {
  return z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .pipe(z.number().min(least, `must be ${least} or more`).max(most, `must be ${most} or less`))
    .openapi({ type: 'integer', minimum: least, maximum: most, description })
}

/** `true` or `false` in an address. */
export function flag(description: string) {
  return z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .openapi({ type: 'boolean', description })
}

/** A moment as whole milliseconds since the epoch. */
export const time = z.int().min(0).openapi({ description: 'Milliseconds since the epoch, UTC' })
