import { expect, test } from 'vitest'
import type { CorpusSpec } from '../src/language-service/corpora.ts'
import type { Finding, IdentifierClass } from '../src/language-service/measure.ts'
import { measureCorpus } from '../src/language-service/measure-corpus.ts'
import { precisionOf, recallOf } from '../src/language-service/report.ts'

/** Two packages of this repository, so that no network is needed. */
const twoPackages: CorpusSpec = {
  name: 'two-packages',
  style: 'TypeScript, classes, workspace',
  roots: ['pnpm-workspace.yaml', 'package.json', ...['pool', 'db'].flatMap(rootsOf)],
  resolution: 'bundler',
  paths: { '@forge/*': ['./packages/*/src/index.ts'] },
}

/** What is reached for members, with a little room for code that is written later. */
const floors = { memberPrecision: 0.99, memberRecall: 0.95, referencePrecision: 0.97, referenceRecall: 0.9 }

const { definitions, references } = await measureCorpus(twoPackages)

test('names each lexical and imported identifier as the TypeScript language service does', () => {
  expect(explained('lexical')).toEqual([])
  expect(explained('module')).toEqual([])
  expect(definitions.classes.lexical.identifiers).toBeGreaterThan(1000)
  expect(definitions.classes.module.identifiers).toBeGreaterThan(500)
})

test('takes nothing outside the project for a symbol of it', () => {
  expect(explained('external')).toEqual([])
})

test('names most members as the TypeScript language service does', () => {
  expect(precisionOf(definitions.classes.member)).toBeGreaterThanOrEqual(floors.memberPrecision)
  expect(recallOf(definitions.classes.member)).toBeGreaterThanOrEqual(floors.memberRecall)
})

test('finds most references that the TypeScript language service finds', () => {
  expect(references.right / references.given).toBeGreaterThanOrEqual(floors.referencePrecision)
  expect(references.both / references.expected).toBeGreaterThanOrEqual(floors.referenceRecall)
})

function rootsOf(name: string): readonly string[] {
  return [`packages/${name}/package.json`, `packages/${name}/src`]
}

function explained(name: IdentifierClass): readonly string[] {
  const of = (finding: Finding): boolean => finding.class === name
  return definitions.findings.filter(of).map(({ where, line, typescript, forge }) => {
    return `${where} ${line}: TypeScript ${typescript}, Forge ${forge}`
  })
}
