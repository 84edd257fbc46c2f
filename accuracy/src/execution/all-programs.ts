import type { Program } from './programs.ts'
import { scripts } from './programs.ts'
import { projects } from './projects.ts'

/** Everything that is run. */
export const programs: readonly Program[] = [...scripts, ...projects]
