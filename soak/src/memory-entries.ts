import type { NewMemory } from '@forge/memory'

/** The id of an entry of one process. */
export function memoryId(prefix: string, number: number): string {
  return `${prefix.padStart(8, '0')}-0000-4000-8000-${String(number).padStart(12, '0')}`
}

/** An entry of 1 KB that says which it is. */
export function memoryEntry(prefix: string, number: number, version: number): NewMemory {
  const filler = 'what was written here is only there to take room '.repeat(20)
  return {
    type: 'context',
    content: `process${prefix} number${number} version${version} ${filler}`,
    metadata: { sessionId: prefix, number, version, tags: [`n${number % 10}`] },
    ...(number % 5 === 0 ? { vector: [number, version] } : {}),
  }
}
