/** A file of the repository and pieces of its text; each piece occurs once in it, and its names asked about are in «these». */
export type Places = readonly [file: string, ...snippets: string[]]

/** A symbol by its id, or by a place that names it. */
export type Target = string | readonly [file: string, snippet: string]

/** A question about the repository's own code, with the answer that reading the code gives. */
export interface Question {
  readonly name: string
  readonly ask: 'definition' | 'references' | 'callers' | 'callees' | 'path'
  readonly of: Target
  /** Where a path leads to. */
  readonly to?: string
  /** Where the references are, or the ids of what is defined, calls, is called or lies on the path. */
  readonly answer: { readonly places: readonly Places[] } | { readonly ids: readonly string[] }
}

const errors = 'packages/errors/src'
const pool = 'packages/pool/src'
const cache = 'packages/stmt-cache/src'
const db = 'packages/db/src'
const migrate = 'packages/migrate/src'
const cli = 'apps/forge/src'

const group = `${pool}/connection-group.ts`
const connectionPool = `${pool}/connection-pool.ts`
const driverError = `${pool}/driver-error.ts`
const lease = `${pool}/lease.ts`
const poolOptions = `${pool}/pool-options.ts`
const retryBusy = `${pool}/retry-busy.ts`
const waiters = `${pool}/waiter-queue.ts`
const statements = `${cache}/statement-cache.ts`
const cached = `${db}/cached-connection.ts`
const execute = `${db}/execute.ts`
const driver = `${db}/kysely-driver.ts`
const prepared = `${db}/prepared-query.ts`
const control = `${db}/transaction-control.ts`
const transaction = `${db}/transaction.ts`
const apply = `${migrate}/apply.ts`
const ledger = `${migrate}/ledger.ts`
const manager = `${migrate}/schema-manager.ts`
const verify = `${migrate}/verify.ts`

function def(what: string, file: string, snippet: string, ...ids: readonly string[]): Question {
  return { name: `where is ${what} defined?`, ask: 'definition', of: [file, snippet], answer: { ids } }
}

/** The symbol has no name of its own that would last: it is known by the place that declares it. */
function declared(what: string, file: string, snippet: string, declaration: string): Question {
  return {
    name: `where is ${what} defined?`,
    ask: 'definition',
    of: [file, snippet],
    answer: { places: [[file, declaration]] },
  }
}

function refs(what: string, of: Target, ...places: readonly Places[]): Question {
  return { name: `where is ${what} used?`, ask: 'references', of, answer: { places } }
}

function callers(what: string, of: string, ...ids: readonly string[]): Question {
  return { name: `who calls ${what}?`, ask: 'callers', of, answer: { ids } }
}

function callees(what: string, of: string, ...ids: readonly string[]): Question {
  return { name: `what does ${what} call?`, ask: 'callees', of, answer: { ids } }
}

const definitions: readonly Question[] = [
  // Names of a file and its scopes.
  def('a function declared further down', group, '!«rollBack»(connection)', `${group}#rollBack`),
  def('a constant in a table of objects', driverError, 'SQLITE_BUSY: «busy»', `${driverError}#busy`),
  def('a unique symbol after `in`', `${errors}/forge-error.ts`, '«brand» in value', `${errors}/forge-error.ts#brand`),
  def('a constant in `typeof`', execute, 'T | typeof «writes»', `${execute}#writes`),
  def(
    'a list in `(typeof list)[number]`',
    'packages/graph/src/graph-types.ts',
    '(typeof «roles»)[number]',
    'packages/graph/src/graph-types.ts#roles',
  ),
  def(
    'a type parameter',
    `${pool}/pool.ts`,
    'createPool<C extends SqliteConnection>(options: PoolOptions<«C»>)',
    `${pool}/pool.ts#createPool.C`,
  ),
  def(
    'a parameter',
    connectionPool,
    'return this.#take(«role», this.tryAcquire)',
    `${connectionPool}#ConnectionPool.tryAcquire.role`,
  ),
  def(
    'a parameter with the name of its method',
    statements,
    'return «use»(entry.statement)',
    `${statements}#LruStatementCache.use.use`,
  ),
  def(
    'a parameter of a callback',
    connectionPool,
    '«total» + count(group)',
    `${connectionPool}#ConnectionPool.stats.sum.total`,
  ),
  def(
    'a destructured parameter',
    execute,
    "=== 'writer') return connection.use(key, (statement) => «read»(statement, values))",
    `${execute}#executeForRole.read`,
  ),
  def('a local variable', waiters, 'if («front» !== undefined)', `${waiters}#WaiterQueue.shift.front`),
  def(
    'a local variable that a destructuring makes',
    manager,
    'readLedger(db), «busy», signal)\n  if (rows',
    `${manager}#migrateAll.busy`,
  ),
  declared(
    'the inner one of two caught errors',
    apply,
    'throw «error»\n      }\n    })',
    '«error») {\n        failure',
  ),
  declared('the outer one of two caught errors', apply, 'commitError(step.applied, «error»)', '«error») {\n    // A'),
  def(
    'a function inside a callback, used above its declaration',
    retryBusy,
    'clock.setTimeout(«wake», milliseconds)',
    `${retryBusy}#sleep.wake`,
  ),
  def(
    'a local of a dynamic import',
    `${migrate}/diff.ts`,
    'return «createTwoFilesPatch»(',
    `${migrate}/diff.ts#diffSql.createTwoFilesPatch`,
  ),

  // Imports and packages.
  def(
    'an imported function inside a method of its name',
    connectionPool,
    'return await «retryBusy»(attempt, {',
    `${retryBusy}#retryBusy`,
  ),
  def(
    'the method of that name',
    connectionPool,
    'callSite: this.«retryBusy» })',
    `${connectionPool}#ConnectionPool.retryBusy`,
  ),
  def(
    'an imported function next to a method of its name',
    transaction,
    'await «commit»(this.#context.pool',
    `${control}#commit`,
  ),
  def(
    'a type in an `import type`',
    lease,
    'import type { «ConnectionRole», SqliteConnection }',
    `${pool}/sqlite-connection.ts#ConnectionRole`,
  ),
  def(
    'a name that an index file exports again',
    `${pool}/index.ts`,
    "{ «createPool» } from './pool.ts'",
    `${pool}/pool.ts#createPool`,
  ),
  def(
    'a function of another package',
    `${db}/database.ts`,
    'const pool = «createPool»({',
    `${pool}/pool.ts#createPool`,
  ),
  def(
    'a type of another package',
    execute,
    'role: «ConnectionRole»,\n  execution: Execution<T>,\n  options: ExecuteOptions = {}',
    `${pool}/sqlite-connection.ts#ConnectionRole`,
  ),
  def(
    'a renamed import of a Node module',
    `${migrate}/busy.ts`,
    'await «sleep»(milliseconds',
    'external:node:timers/promises#setTimeout',
  ),
  def(
    'a function of a Node module',
    `${migrate}/compile.ts`,
    "checksum: «createHash»('sha256')",
    'external:node:crypto#createHash',
  ),
  def('a class of an npm package', `${db}/database.ts`, 'this.kysely = new «Kysely»<S>', 'external:kysely#Kysely'),
  def(
    'the default export of an npm package',
    `${cli}/store.ts`,
    'new «Sqlite»(file',
    'external:better-sqlite3#default',
  ),
  def(
    'a member of an imported namespace',
    'packages/pool/test/pool-model.test.ts',
    '= fc.«oneof»(',
    'external:fast-check#oneof',
  ),
  def('a global', connectionPool, '#closing = new «AbortController»()', 'external:globalThis#AbortController'),
  def('a member of a global', group, 'Math.«min»(this.waiters.size', 'external:globalThis#Math.min'),

  // Members.
  def('a private method', connectionPool, '??= this.«#drain»(deadline)', `${connectionPool}#ConnectionPool.#drain`),
  def(
    'a method of a field made by `new`',
    group,
    'const first = this.waiters.«shift»()',
    `${waiters}#WaiterQueue.shift`,
  ),
  def('a getter', connectionPool, 'let wanted = group.«wanted»;', `${group}#ConnectionGroup.wanted`),
  def('a static method', `${cli}/cli/main.ts`, 'await Forge.«open»(root', `${cli}/forge.ts#Forge.open`),
  def('a member of an interface', lease, 'this.#owner.«takeBack»(connection)', `${lease}#LeaseOwner.takeBack`),
  def(
    'a member of an interface of another package',
    execute,
    'const lease = pool.«tryAcquire»(role)',
    `${pool}/pool.ts#Pool.tryAcquire`,
  ),
  def(
    'a member of what a call gives or an awaited one',
    `${db}/database.ts`,
    'lease.«release»()',
    `${lease}#Lease.release`,
  ),
  def(
    'a member of a type argument',
    driver,
    'this.#lease?.connection.«endIterations»()',
    `${cached}#CachedConnection.endIterations`,
  ),
  def('a member of a destructured option', retryBusy, 'const start = clock.«now»()', `${pool}/clock.ts#Clock.now`),
  def('a member of an element of an awaited list', apply, 'rows.at(-1)?.«position»', `${ledger}#LedgerRow.position`),
  def(
    'a member of a value of a map',
    verify,
    'plan.get(row.id)?.«before»',
    `${migrate}/plan.ts#PlannedMigration.before`,
  ),
  def(
    'a member that an interface inherits',
    `${migrate}/plan.ts`,
    'migration.«checksum» !== checksum',
    `${migrate}/compile.ts#CompiledMigration.checksum`,
  ),
  def('a member that holds a class', driverError, 'new meaning.«type»(', `${driverError}#Meaning.type`),
  def(
    'a member of an object literal',
    `${cli}/cli/main.ts`,
    'process.exit(exitCode.«interrupted»)\n  interrupt',
    `${cli}/cli/exit-code.ts#exitCode.interrupted`,
  ),

  // Classes.
  def(
    'a class with a constructor, made',
    connectionPool,
    'return new «ConnectionLease»(await arrival',
    `${lease}#ConnectionLease`,
    `${lease}#ConnectionLease.constructor`,
  ),
  def('a class without a constructor, made', group, '= new «WaiterQueue»()', `${waiters}#WaiterQueue`),
  def(
    'a class that inherits its constructor, made',
    connectionPool,
    'return new «PoolClosedError»(',
    `${errors}/forge-error.ts#ForgeError.constructor`,
    `${pool}/pool-errors.ts#PoolClosedError`,
  ),
  def(
    '`super(…)`',
    `${errors}/forge-error.ts`,
    "«super»(message, { hint: 'This",
    `${errors}/forge-error.ts#ForgeError.constructor`,
  ),
  def(
    'a base class of another package',
    `${pool}/pool-errors.ts`,
    'class PoolDrainError extends «ForgeError»',
    `${errors}/forge-error.ts#ForgeError`,
  ),
  def(
    'a base class of an npm package',
    `${db}/kysely-dialect.ts`,
    'PooledSqliteAdapter extends «SqliteAdapter»',
    'external:kysely#SqliteAdapter',
  ),
]

const references: readonly Question[] = [
  refs(
    'a local function-valued constant',
    [connectionPool, 'const «leave» = (reason'],
    [connectionPool, 'setTimeout(() => «leave»(timedOut)', 'abort = () => «leave»(options'],
  ),
  refs(
    'a parameter',
    [poolOptions, 'requireInteger(«name»: string, value'],
    [poolOptions, 'value < least) refuse(«name»,'],
  ),
  refs(
    'a class, as a value and as a type',
    `${waiters}#WaiterQueue`,
    [group, 'type Waiter, «WaiterQueue» }', 'waiters: «WaiterQueue»<C> = new «WaiterQueue»()'],
    [waiters, 'queue: «WaiterQueue»<C>'],
  ),
  refs(
    'a method',
    `${waiters}#WaiterQueue.remove`,
    [connectionPool, 'group.waiters.«remove»(waiter)'],
    [waiters, 'this.«remove»(front)'],
  ),
  refs('a private field', `${waiters}#WaiterQueue.#back`, [
    waiters,
    'waiter.before = this.«#back»\n',
    'if (this.«#back» === undefined) this.#front',
    'else this.«#back».behind = waiter\n    this.«#back» = waiter',
    'this.«#back» = waiter.before',
  ]),
  refs('a field of other objects of its class', `${waiters}#Waiter.behind`, [
    waiters,
    'else this.#back.«behind» = waiter\n',
    'this.#front = waiter.«behind»\n    else waiter.before.behind = waiter.behind\n',
    'else waiter.before.«behind» = waiter.«behind»\n',
    'if (waiter.«behind» === undefined)',
    'else waiter.«behind».before',
    'waiter.queue = waiter.before = waiter.«behind» = undefined',
  ]),
  refs(
    'a class that its package exports',
    `${pool}/pool-errors.ts#PoolDrainError`,
    [connectionPool, '  PoolClosedError,\n  «PoolDrainError»,', 'throw new «PoolDrainError»('],
    [`${pool}/index.ts`, '«PoolDrainError»'],
  ),
  refs('a function with namesakes in other packages', `${migrate}/order.ts#orderOf`, [
    `${migrate}/plan.ts`,
    'import { «orderOf» }',
    'of «orderOf»(migrations',
  ]),
  refs('a type with namesakes in other files', `${transaction}#CallSite`, [
    transaction,
    "read: Execution<T>['read'], callSite: «CallSite»): T {",
    'sql: string, callSite: «CallSite», details',
    '#requireActive(callSite: «CallSite»)',
  ]),
  refs(
    'a function that other files import',
    `${prepared}#noResult`,
    [prepared, 'throw «noResult»(this'],
    [transaction, 'import { «noResult»,', 'throw «noResult»(query'],
  ),
  refs(
    'a function that is only passed on',
    `${prepared}#readChanges`,
    [prepared, 'params[0], «readChanges», this.run)'],
    [transaction, 'readAll, «readChanges», readFirst', 'query.bind(...params), «readChanges», this.run)'],
  ),
  refs(
    'a type that another package uses through the index file',
    `${errors}/forge-error.ts#ErrorJson`,
    [`${errors}/forge-error.ts`, '(error: ForgeError): «ErrorJson»'],
    [`${errors}/index.ts`, '{ «ErrorJson», ForgeErrorOptions }'],
    [`${cli}/cli/main.ts`, 'type «ErrorJson» }', '(error: unknown): «ErrorJson» {'],
  ),
  refs('a member that a loop destructures', `${ledger}#LedgerRow.checksum`, [
    `${migrate}/plan.ts`,
    'for (const { id, «checksum» } of ledger)',
  ]),
  refs(
    'a type alias with a type argument',
    `${poolOptions}#PoolSettings`,
    [
      connectionPool,
      'type «PoolSettings», requireMilliseconds',
      '#settings: «PoolSettings»<C>',
      'constructor(settings: «PoolSettings»<C>)',
    ],
    [
      `${pool}/open-connection.ts`,
      'import type { «PoolSettings» }',
      '  settings: «PoolSettings»<C>,\n  context',
      'function configure<C extends SqliteConnection>(connection: C, role: ConnectionRole, settings: «PoolSettings»<C>)',
      'function switchToWal<C extends SqliteConnection>(connection: C, settings: «PoolSettings»<C>)',
    ],
    [poolOptions, '(options: PoolOptions<C>): «PoolSettings»<C> {', 'const settings: «PoolSettings»<C> = {'],
  ),
  refs(
    'a class after `instanceof`',
    `${db}/parameters.ts#Placeholder`,
    [`${db}/parameters.ts`, 'new Map<string, «Placeholder»>()', 'new «Placeholder»(name)'],
    [
      prepared,
      'type ParameterArguments, «Placeholder» }',
      'filter((slot) => slot instanceof «Placeholder»)',
      '(slot instanceof «Placeholder» ? row',
      'if (!(slot instanceof «Placeholder»))',
    ],
  ),
]

const calls: readonly Question[] = [
  callers(
    'a method of a field',
    `${waiters}#WaiterQueue.shift`,
    `${group}#ConnectionGroup.give`,
    `${group}#ConnectionGroup.turnAway`,
    `${connectionPool}#ConnectionPool.#open`,
  ),
  callers(
    'a method, inside and outside its class',
    `${group}#ConnectionGroup.give`,
    `${group}#ConnectionGroup.takeBack`,
    `${connectionPool}#ConnectionPool.#openInto`,
  ),
  callers(
    'a private method, from local functions too',
    `${connectionPool}#ConnectionPool.#settle`,
    `${connectionPool}#ConnectionPool.constructor.onReturn`,
    `${connectionPool}#ConnectionPool.#wait`,
    `${connectionPool}#ConnectionPool.#wait.leave`,
    `${connectionPool}#ConnectionPool.#open`,
    `${connectionPool}#ConnectionPool.#drain`,
  ),
  callers(
    'a function of one file',
    `${poolOptions}#refuse`,
    `${poolOptions}#poolSettings`,
    `${poolOptions}#requireMilliseconds`,
    `${poolOptions}#requireInteger`,
  ),
  callers(
    'a class, by `new`',
    `${pool}/pool-errors.ts#PoolOptionsError`,
    `${connectionPool}#refuseRole`,
    `${poolOptions}#refuse`,
  ),
  callers('a constructor', `${waiters}#Waiter.constructor`, `${connectionPool}#ConnectionPool.#wait`),
  callers(
    'a constructor that calls `super(…)`',
    `${cli}/errors.ts#NotIndexedError.constructor`,
    `${cli}/store.ts#openStore`,
  ),
  callers(
    'a function that other packages import',
    `${driverError}#mapDriverError`,
    `${connectionPool}#ConnectionPool.retryBusy`,
    `${pool}/open-connection.ts#openConnection`,
    `${execute}#queryFailure`,
    `${transaction}#OpenTransaction.#failure`,
    'packages/pool/test/opening.test.ts',
    'packages/pool/test/opening.test.ts#failing',
  ),
  callers(
    'a function with a namesake in another package',
    `${driverError}#isBusy`,
    `${retryBusy}#retryBusy`,
    `${execute}#executeOnPool`,
    `${control}#tryNowOrLater`,
    `${driver}#RoutedConnection.#executeHere`,
    'packages/pool/test/opening.test.ts',
  ),
  callers(
    'a function that calls itself',
    `${migrate}/busy.ts#isBusy`,
    `${migrate}/busy.ts#isBusy`,
    `${migrate}/busy.ts#retryWhileBusy`,
  ),
  callers(
    'a function with the name of methods that call it',
    `${control}#begin`,
    `${db}/database.ts#PooledDatabase.transaction`,
    `${driver}#RoutedConnection.begin`,
  ),
  callers(
    'a method with the name of functions',
    `${transaction}#OpenTransaction.rollback`,
    `${transaction}#OpenTransaction.commit`,
    `${transaction}#OpenTransaction.#undo`,
    `${db}/database.ts#PooledDatabase.transaction`,
  ),
  callers(
    'a method of a class in callbacks, parameters and members',
    `${cached}#CachedConnection.run`,
    `${control}#begin`,
    `${control}#commit`,
    `${control}#rollback`,
    `${control}#beginSnapshot`,
    `${driver}#PoolDriver.savepoint`,
    `${driver}#RoutedConnection.endSavepoint`,
    `${transaction}#OpenTransaction.savepoint`,
    `${transaction}#OpenTransaction.#command`,
  ),
  callers(
    'a function in callbacks that are passed on',
    `${ledger}#readLedger`,
    `${manager}#migrateAll`,
    `${manager}#readStatus`,
  ),
  callers(
    'a member of an interface, also of one that extends it',
    `${pool}/clock.ts#Clock.now`,
    `${retryBusy}#retryBusy`,
    'packages/pool/test/pool-model.test.ts',
  ),
  callers('a parameter', `${statements}#LruStatementCache.use.use`, `${statements}#LruStatementCache.use`),
  callers(
    'a function of one file, from generators',
    `${driver}#takeChunk`,
    `${driver}#RoutedConnection.streamQuery`,
    `${driver}#RoutedConnection.streamQuery.start`,
    `${driver}#TransactionConnection.streamQuery`,
  ),
  callees(
    'a function with calls of every sort',
    `${pool}/open-connection.ts#openConnection`,
    `${poolOptions}#PoolOptions.open`,
    `${retryBusy}#retryBusy`,
    `${pool}/open-connection.ts#configure`,
    `${pool}/sqlite-connection.ts#SqliteConnection.close`,
    `${driverError}#mapDriverError`,
  ),
  {
    name: 'which calls lead from a function to one of another package?',
    ask: 'path',
    of: `${db}/database.ts#openDatabase`,
    to: `${poolOptions}#requireInteger`,
    answer: {
      ids: [
        `${db}/database.ts#openDatabase`,
        `${pool}/pool.ts#createPool`,
        `${poolOptions}#poolSettings`,
        `${poolOptions}#requireInteger`,
      ],
    },
  },
]

/** All questions, one row each. */
export const questions: readonly Question[] = [...definitions, ...references, ...calls]
