import type { ProjectSpec } from './project.ts'

/** A project of three files: classes, calls across files, locals, gaps, an external call, and columns that are not bytes. */
export const shop: ProjectSpec = {
  'src/pool.ts': {
    text: [
      '/** Keeps connections. */',
      'export class Pool {',
      '  constructor(size) { reset(size) }',
      '  acquire() { return this.openConnection() }',
      '  openConnection() { return connect(1) }',
      '}',
      "const label = '😀'; export function createPool(options) { const pool = new Pool(options); return pool }",
      'function reset(count) { return count }',
      '',
    ].join('\r\n'),
    symbols: {
      Pool: {
        code: 'class Pool {\r\n  constructor(size) { reset(size) }\r\n  acquire() { return this.openConnection() }\r\n  openConnection() { return connect(1) }\r\n}',
        kind: 'class',
        exported: true,
        signature: 'class Pool',
        doc: 'Keeps connections.',
      },
      'Pool.constructor': { code: 'constructor(size) { reset(size) }', kind: 'constructor', exported: true },
      'Pool.acquire': { code: 'acquire() { return this.openConnection() }', kind: 'method', exported: true },
      'Pool.openConnection': { code: 'openConnection() { return connect(1) }', kind: 'method', exported: true },
      label: { code: "label = '😀'", kind: 'constant' },
      createPool: {
        code: 'function createPool(options) { const pool = new Pool(options); return pool }',
        exported: true,
        signature: 'function createPool(options: PoolOptions): Pool',
      },
      reset: { code: 'function reset(count) { return count }' },
    },
    edges: [
      { from: 'Pool', to: 'src/pool.ts#Pool.constructor', kind: 'contains' },
      { from: 'Pool', to: 'src/pool.ts#Pool.acquire', kind: 'contains' },
      { from: 'Pool.constructor', to: 'src/pool.ts#reset', at: ['{ ‹reset›(size)'] },
      {
        from: 'Pool.acquire',
        to: 'src/pool.ts#Pool.openConnection',
        at: ['this.‹openConnection›()'],
        confidence: 'inferred',
      },
      { from: 'Pool.openConnection', to: 'external:node:net#connect', at: ['‹connect›(1)'] },
      { from: 'createPool', to: 'src/pool.ts#Pool', kind: 'instantiates', role: 'call', at: ['new ‹Pool›(options)'] },
      { from: 'createPool', to: 'src/pool.ts#Pool.constructor', at: ['new ‹Pool›(options)'] },
    ],
    locals: {
      'Pool.constructor.size': { in: 'Pool.constructor', code: 'size) {', at: ['reset(‹size›)'] },
      'createPool.options': { in: 'createPool', code: 'options) { const', at: ['new Pool(‹options›)'] },
      'createPool.pool': { in: 'createPool', code: 'pool = new Pool(options)', at: ['return ‹pool› }'] },
      'reset.count': { in: 'reset', code: 'count) {', at: ['return ‹count› }'] },
    },
  },
  'src/server.ts': {
    text: [
      "import { createPool } from './pool.ts'",
      'export const pool = createPool(4)',
      'export function serve() { handle(pool.acquire()) }',
      'function handle(connection) { return connection.read(missing()) }',
      '',
    ].join('\n'),
    symbols: {
      pool: { code: 'pool = createPool(4)', kind: 'constant', exported: true },
      serve: {
        code: 'function serve() { handle(pool.acquire()) }',
        exported: true,
        doc: 'Answers requests — “quickly”.',
      },
      handle: { code: 'function handle(connection) { return connection.read(missing()) }' },
    },
    edges: [
      { from: '', to: 'src/pool.ts#createPool', kind: 'imports', role: 'import', at: ['{ ‹createPool› } from'] },
      { from: '', to: 'src/pool.ts#createPool', at: ['= ‹createPool›(4)'] },
      { from: 'serve', to: 'src/server.ts#handle', at: ['{ ‹handle›(pool'] },
      { from: 'serve', to: 'src/pool.ts#Pool.acquire', at: ['pool.‹acquire›()'] },
      { from: 'serve', to: 'src/server.ts#pool', kind: 'reads', at: ['handle(‹pool›.'] },
    ],
    locals: { 'handle.connection': { in: 'handle', code: 'connection) {', at: ['return ‹connection›.'] } },
    unresolved: [
      { in: 'handle', at: '.‹read›(', reason: 'unknown-receiver' },
      { in: 'handle', at: '(‹missing›(' },
    ],
  },
  'src/names.js': {
    text: 'function findBySymbol() {}\nfunction find_by_name() {}\nfunction HTTPServer() {}\nfunction finder() {}\n',
    symbols: {
      findBySymbol: { code: 'function findBySymbol() {}' },
      find_by_name: { code: 'function find_by_name() {}' },
      HTTPServer: { code: 'function HTTPServer() {}', kind: 'class' },
      finder: { code: 'function finder() {}' },
    },
  },
}
