import type { Language } from '@forge/lang'
import type { DiagnosticCode } from './diagnostic.ts'

/** A file to read and extract. */
export interface ExtractTask {
  /** Relative to the project. */
  readonly path: string
  /** Where to read it. */
  readonly location: string
  readonly language: Language
  /** Bytes, as listed. */
  readonly size: number
  /** The hash of the bytes whose facts are known; they are not extracted again. */
  readonly knownHash?: Uint8Array | undefined
}

/** What became of a file. Size and time are those of the bytes that were read. */
export type ExtractResult =
  | {
      readonly kind: 'extracted'
      readonly hash: Uint8Array
      /** Packed facts. */
      readonly facts: Uint8Array
      /** What they leave out: see `packTexts` of `@forge/lang`. */
      readonly texts: Uint8Array
      readonly size: number
      readonly modified: number
    }
  | { readonly kind: 'same'; readonly size: number; readonly modified: number }
  | {
      readonly kind: 'skipped'
      readonly code: DiagnosticCode
      readonly message: string
      readonly size: number
      readonly modified: number
    }

/** What a worker is started with. */
export interface ExtractWorkerData {
  /** One number, shared with the pool: other than 0 when the worker is to end, whatever it still has to do. */
  readonly ending: Int32Array
}

/** To the worker: files to extract, one after the other; or that it is to end. */
export type ExtractRequest =
  | {
      readonly kind: 'extract'
      readonly tasks: readonly ExtractTask[]
      /** Bytes. */
      readonly maxFileSize: number
    }
  | { readonly kind: 'end' }

/** From the worker: that it is up, or one result for each task of a request, in order. */
export type ExtractReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly results: readonly ExtractResult[] }
