import { extractFile } from './extract-file.ts'
import { serveExtraction } from './serve-extraction.ts'

serveExtraction(extractFile)
