import { languageOf } from '@forge/lang'
import { PositionNotFoundError } from '../errors.ts'

/** That a file is not part of the index. */
export function fileNotFound(file: string): PositionNotFoundError {
  return new PositionNotFoundError(`${file} is not part of the index`, {
    hint:
      languageOf(file) === undefined
        ? 'Forge reads TypeScript and JavaScript: name a file that ends in .ts, .tsx, .js, .jsx or the like'
        : 'Check the path; `forge status` lists files that were left out',
    details: { file },
  })
}
