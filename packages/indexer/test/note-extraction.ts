import { appendFileSync } from 'node:fs'
import { extractFile } from '../src/extract-file.ts'
import { serveExtraction } from '../src/serve-extraction.ts'

/** Extracts like the real worker, notes the thread's life in the file `notes`, and never comes back from a file `stuck.ts`. */
export function noteExtraction(notes: string): void {
  const note = (text: string): void => appendFileSync(notes, `${text}\n`)
  note('begins')
  process.on('exit', () => note('ends by itself'))
  serveExtraction((task, maxFileSize) => {
    if (task.path.endsWith('stuck.ts')) {
      note('is stuck')
      for (;;);
    }
    return extractFile(task, maxFileSize)
  })
}
