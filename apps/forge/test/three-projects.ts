import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { Forge, Projects } from '@forge/forge'
import { onTestFinished } from 'vitest'
import { type Finished, folder, forge, forgeJson, type Json, write } from './forge-process.ts'

/** Two packages that others use, one of which takes names of the other on. */
const core = `
//- /package.json
{ "name": "acme", "private": true, "workspaces": ["packages/*"] }
//- /packages/core/package.json
{ "name": "@acme/core", "version": "1.2.0", "exports": { ".": "./src/index.ts", "./queue": "./src/queue.ts" } }
//- /packages/core/src/index.ts
export { createPool, Pool } from './pool.ts'
export { parse } from '@acme/util'
export * as queue from './queue.ts'
//- /packages/core/src/pool.ts
import { parse } from '@acme/util'
export class Pool {
  acquire() { return parse('x') }
}
export function createPool() { return new Pool() }
//- /packages/core/src/queue.ts
export function push() {}
export default class Queue { drain() { push() } }
//- /packages/util/package.json
{ "name": "@acme/util", "version": "0.3.0", "exports": "./src/util.ts" }
//- /packages/util/src/util.ts
export function parse(text: string) { return text.length }
`

/** Has a copy of the core installed, of the version that the project has. */
const shop = `
//- /package.json
{ "name": "shop", "workspaces": ["apps/*", "lib"], "dependencies": { "@acme/core": "^1.0.0", "left-pad": "1.x", "eslint": "^9" }, "scripts": { "lint": "eslint ." } }
//- /apps/web/package.json
{ "name": "web", "version": "1.0.0", "dependencies": { "@shop/lib": "workspace:*" } }
//- /apps/web/src/main.ts
import { open } from '@shop/lib'
import lodash from 'lodash'
export function start() { return open() }
export const uniq = lodash.uniq
//- /lib/package.json
{ "name": "@shop/lib", "version": "2.0.0", "exports": "./index.ts", "dependencies": { "@acme/core": "^1.0.0" } }
//- /lib/index.ts
import { createPool, parse, type Pool } from '@acme/core'
import { push } from '@acme/core/queue'
export function open(): Pool {
  push()
  const pool = createPool()
  parse('y')
  return pool
}
`

/** Has the folder of the shop's library linked. */
const site = `
//- /package.json
{ "name": "site", "version": "0.0.1", "dependencies": { "@shop/lib": "link:../shop/lib" } }
//- /src/page.ts
import { open } from '@shop/lib'
export function render() { return open() }
export const page = render()
`

/** Workspaces of one user. */
export class Work {
  readonly root = folder()
  readonly file = path.join(this.root, 'global.db')

  at(name: string): string {
    return path.join(this.root, name)
  }

  lay(name: string, fixture: string): void {
    for (const part of fixture.split(/^\/\/- \//m).slice(1)) {
      const newline = part.indexOf('\n')
      const file = path.join(this.at(name), part.slice(0, newline))
      mkdirSync(path.dirname(file), { recursive: true })
      write(file, part.slice(newline + 1))
    }
  }

  async index(name: string): Promise<void> {
    await using opened = await Forge.open(this.at(name))
    await opened.index()
  }

  async projects(): Promise<Projects> {
    const projects = await Projects.open({ globalDb: this.file })
    onTestFinished(() => projects.close())
    return projects
  }

  forge(name: string, ...args: readonly string[]): Promise<Finished> {
    return forge([...args, '--global-db', this.file], { cwd: this.at(name) })
  }

  json(name: string, ...args: readonly string[]): Promise<{ code: number | null; json: Json }> {
    return forgeJson([...args, '--global-db', this.file], { cwd: this.at(name) })
  }
}

/** Three workspaces that use each other, indexed and added. */
export async function threeProjects(): Promise<{ readonly work: Work; readonly projects: Projects }> {
  const made = new Work()
  made.lay('core', core)
  made.lay('shop', shop)
  made.lay('site', site)
  for (const name of ['core', 'util']) {
    const target = path.join(made.at('shop'), 'node_modules/@acme', name)
    mkdirSync(path.dirname(target), { recursive: true })
    cpSync(path.join(made.at('core'), 'packages', name), target, { recursive: true })
  }
  mkdirSync(path.join(made.at('site'), 'node_modules/@shop'), { recursive: true })
  symlinkSync(path.join(made.at('shop'), 'lib'), path.join(made.at('site'), 'node_modules/@shop/lib'))
  const projects = await made.projects()
  for (const name of ['core', 'shop', 'site']) {
    await made.index(name)
    await projects.add(made.at(name))
  }
  return { work: made, projects }
}
