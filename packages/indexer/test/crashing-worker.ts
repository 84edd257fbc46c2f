import { extractFile } from '../src/extract-file.ts'
import { serveExtraction } from '../src/serve-extraction.ts'

/** Extracts like the real one, but dies at any file named `crash.ts`. */
serveExtraction((task, maxFileSize) => {
  if (task.path.endsWith('crash.ts')) process.exit(3)
  return extractFile(task, maxFileSize)
})
