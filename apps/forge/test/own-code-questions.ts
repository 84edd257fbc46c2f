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
const graph = 'packages/graph/src'
const indexer = 'packages/indexer/src'
const watch = 'packages/watch/src'
const lang = 'packages/lang/src'
const link = 'packages/link/src'
const pool = 'packages/pool/src'
const cache = 'packages/stmt-cache/src'
const db = 'packages/db/src'
const migrate = 'packages/migrate/src'
const cli = 'apps/forge/src'

const bytes = `${graph}/bytes.ts`
const callPath = `${graph}/call-path.ts`
const inputChecks = `${graph}/input-checks.ts`
const packedSites = `${graph}/packed-sites.ts`
const packedTexts = `${graph}/packed-texts.ts`
const session = `${graph}/session.ts`
const symbolReader = `${graph}/symbol-reader.ts`
const discover = `${indexer}/discover.ts`
const extractFile = `${indexer}/extract-file.ts`
const extractPool = `${indexer}/extract-pool.ts`
const extractThread = `${indexer}/extract-thread.ts`
const graphFile = `${indexer}/graph-file.ts`
const ignoreRules = `${watch}/ignore-rules.ts`
const folderIndexer = `${indexer}/indexer.ts`
const linkGraph = `${indexer}/link-graph.ts`
const extract = `${lang}/extract.ts`
const nesting = `${lang}/nesting.ts`
const pack = `${lang}/pack.ts`
const createLinker = `${link}/create-linker.ts`
const values = `${link}/values.ts`
const driverError = `${pool}/driver-error.ts`
const lease = `${pool}/lease.ts`
const poolOptions = `${pool}/pool-options.ts`
const retryBusy = `${pool}/retry-busy.ts`
const level = `${pool}/transaction-level.ts`
const waiters = `${pool}/waiter-queue.ts`
const statements = `${cache}/statement-cache.ts`
const execute = `${db}/execute.ts`
const prepared = `${db}/prepared-query.ts`

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
  def('a function declared further down', inputChecks, '«checkPath»(file.path', `${inputChecks}#checkPath`),
  def('a constant in a table of objects', driverError, 'SQLITE_BUSY: «busy»', `${driverError}#busy`),
  def('a unique symbol after `in`', `${errors}/forge-error.ts`, '«brand» in value', `${errors}/forge-error.ts#brand`),
  def('a function in `typeof`', callPath, 'ReturnType<typeof «prepare»>', `${callPath}#prepare`),
  def('a parameter in `typeof`', `${graph}/find.ts`, 'typeof «db».kysely', `${graph}/find.ts#prepare.db`),
  def(
    'a list in `(typeof list)[number]`',
    `${graph}/graph-types.ts`,
    '(typeof «roles»)[number]',
    `${graph}/graph-types.ts#roles`,
  ),
  def(
    'a type parameter',
    `${pool}/pool.ts`,
    'createPool<C extends SqliteConnection>(options: PoolOptions<«C»>)',
    `${pool}/pool.ts#createPool.C`,
  ),
  def(
    'a parameter',
    `${link}/triple-table.ts`,
    'Array(«capacity» * 2)',
    `${link}/triple-table.ts#createTripleTable.capacity`,
  ),
  def(
    'a parameter with the name of its method',
    statements,
    'return «use»(entry.statement)',
    `${statements}#LruStatementCache.use.use`,
  ),
  def('a parameter of a local function', callPath, 'length - «step» &&', `${callPath}#CallPaths.#walk.onPath.step`),
  declared('a parameter of a callback', discover, 'ignoresFolder(«folder»)', '(«folder») =>'),
  def(
    'a destructured parameter',
    execute,
    "=== 'writer') return connection.use(key, (statement) => «read»(statement, values))",
    `${execute}#executeForRole.read`,
  ),
  def('a local variable', waiters, 'if («front» !== undefined)', `${waiters}#WaiterQueue.shift.front`),
  def('a local variable that a destructuring makes', extract, '«parsed».program', `${extract}#extract.parsed`),
  def('a local variable that an array pattern makes', callPath, 'return «least»', `${callPath}#first.least`),
  def(
    'a constant that an array pattern makes',
    nesting,
    'kind !== template && byte === «newline»',
    `${nesting}#newline`,
  ),
  declared('the first of several caught errors', extractFile, 'String(«error».code)', '«error») {\n    const code'),
  declared(
    'the last of several caught errors',
    extractFile,
    "'extract-failed', «error» instanceof",
    '«error») {\n    return skip(',
  ),
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
    level,
    'later = «commit»(',
    `${pool}/transaction-control.ts#commit`,
  ),
  def('the method of that name', level, 'finished(this.#state, this.«commit»)', `${level}#TransactionLevel.commit`),
  declared('a constant that a method of its name calls', createLinker, '() => «linkFile»(file))', '«const» linkFile ='),
  def(
    'a type in an `import type`',
    lease,
    'import type { «ConnectionRole», SqliteConnection }',
    `${pool}/sqlite-connection.ts#ConnectionRole`,
  ),
  def('a type imported beside a value', folderIndexer, 'type «Discovery» }', `${discover}#Discovery`),
  def(
    'a name that an index file exports again',
    `${pool}/index.ts`,
    "{ «createPool» } from './pool.ts'",
    `${pool}/pool.ts#createPool`,
  ),
  def(
    'a type that an index file exports again',
    `${graph}/index.ts`,
    'type { «GraphTables» }',
    `${graph}/schema.ts#GraphTables`,
  ),
  def('a function of another package', extractFile, 'facts = «extract»(', `${extract}#extract`),
  def(
    'a type of another package',
    graphFile,
    'static write(writer: «GraphWriter»,',
    `${graph}/graph-types.ts#GraphWriter`,
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
  def('a class of an npm package', session, 'new «LRUCache»<', 'external:lru-cache#LRUCache'),
  def(
    'the default export of an npm package',
    `${cli}/store.ts`,
    'new «Sqlite»(file',
    'external:better-sqlite3#default',
  ),
  def('the default export of an npm package in `typeof`', ignoreRules, 'typeof «ignore»>', 'external:ignore#default'),
  def(
    'a member of an imported namespace',
    'packages/pool/test/pool-model.test.ts',
    '= fc.«oneof»(',
    'external:fast-check#oneof',
  ),
  def('a global', bytes, 'new «TextDecoder»()', 'external:globalThis#TextDecoder'),
  def('a member of a global', bytes, 'Math.«floor»(', 'external:globalThis#Math.floor'),

  // Members.
  def('a private method', extractThread, '??= this.«#end»()', `${extractThread}#ExtractThread.#end`),
  def('a method of a field made by `new`', `${lang}/names.ts`, 'w.scopes.«find»(', `${lang}/scopes.ts#Scopes.find`),
  def(
    'a method of the language on a field made by `new`',
    ignoreRules,
    '#matchers.«get»(folder)?.test',
    'external:globalThis#Map.get',
  ),
  def('a getter', packedTexts, 'reader.«more»', `${bytes}#ByteReader.more`),
  def('a static method', `${cli}/cli/main.ts`, 'await Forge.«open»(root', `${cli}/forge.ts#Forge.open`),
  def('a member of an interface', `${link}/externals.ts`, 'program.«text»(', `${link}/program.ts#Program.text`),
  def(
    'a member of an interface of another package',
    graphFile,
    'writer.«putLocals»(',
    `${graph}/graph-types.ts#GraphWriter.putLocals`,
  ),
  def('a member of what a call gives', values, '.«intern»(pairBuffer', `${link}/int-lists.ts#IntLists.intern`),
  def(
    'a member of what an awaited call gives',
    folderIndexer,
    'done: discovery.«sources»',
    `${discover}#Discovery.sources`,
  ),
  def(
    'a member of a type argument',
    `${db}/kysely-driver.ts`,
    'lease?.connection.«endIterations»()',
    `${db}/cached-connection.ts#CachedConnection.endIterations`,
  ),
  def('a member of a destructured option', retryBusy, 'const start = clock.«now»()', `${pool}/clock.ts#Clock.now`),
  def('a member of an element of a list', extractPool, 'job.«reject»(reason)', `${extractPool}#Job.reject`),
  def(
    'a member of an element of an awaited list',
    `${indexer}/walk-files.ts`,
    'entry.«isDirectory»()',
    'external:node:fs#Dirent.isDirectory',
  ),
  def(
    'a member of a value of a map',
    `${indexer}/workspaces.ts`,
    'first.«folder»',
    `${indexer}/workspaces.ts#Package.folder`,
  ),
  def('a member that an interface inherits', symbolReader, 'file: file.«file», desc', `${session}#FileVersion.file`),
  def(
    'an abstract member',
    `${errors}/forge-error.ts`,
    'code: error.«code»',
    `${errors}/forge-error.ts#ForgeError.code`,
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
    `${graph}/line-table.ts`,
    'new «ByteReader»(',
    `${bytes}#ByteReader`,
    `${bytes}#ByteReader.constructor`,
  ),
  def('a class without a constructor, made', `${graph}/line-table.ts`, 'new «ByteWriter»(', `${bytes}#ByteWriter`),
  def(
    'a class that inherits its constructor, made',
    packedSites,
    'new «GraphInputError»(',
    `${errors}/forge-error.ts#ForgeError.constructor`,
    `${graph}/errors.ts#GraphInputError`,
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
    [extractFile, 'const «skip» ='],
    [
      extractFile,
      "«skip»('unreadable', 'It",
      "«skip»('too-large'",
      "«skip»('vanished'",
      "«skip»('unreadable', `",
      "«skip»('binary'",
      "«skip»('invalid-utf8'",
      "«skip»('minified'",
      "«skip»('extract-failed'",
    ],
  ),
  refs(
    'a parameter',
    [poolOptions, 'requireInteger(«name»: string, value'],
    [poolOptions, 'value < least) refuse(«name»,'],
  ),
  refs('a class, as a value and as a type', `${extractThread}#ExtractThread`, [
    extractPool,
    'import { «ExtractThread» }',
    '#thread: «ExtractThread»',
    'new «ExtractThread»(',
  ]),
  refs(
    'a method',
    `${ignoreRules}#IgnoreRules.ignoresFile`,
    [discover, '.«ignoresFile»('],
    [`${indexer}/walk-files.ts`, '.«ignoresFile»('],
    [`${watch}/folder-tracker.ts`, 'rules.«ignoresFile»('],
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
    'this.before = this.«behind» =',
    'else this.#back.«behind» = waiter\n',
    'this.#front = waiter.«behind»\n    else waiter.before.behind = waiter.behind\n',
    'else waiter.before.«behind» = waiter.«behind»\n',
    'if (waiter.«behind» === undefined)',
    'else waiter.«behind».before',
    'waiter.queue = waiter.before = waiter.«behind» = undefined',
    'const { «behind» } = waiter',
  ]),
  refs(
    'a class that its package exports',
    `${indexer}/index-errors.ts#RootNotDirectoryError`,
    [`${indexer}/index.ts`, '«RootNotDirectoryError»'],
    [
      discover,
      'import { «RootNotDirectoryError»',
      'isDirectory()) throw new «RootNotDirectoryError»(',
      'instanceof «RootNotDirectoryError»',
      "'ENOTDIR') throw new «RootNotDirectoryError»(",
    ],
    [`${cli}/check-folder.ts`, 'import { «RootNotDirectoryError»', 'new «RootNotDirectoryError»('],
  ),
  refs(
    'a function with namesakes in other packages',
    `${symbolReader}#versionOf`,
    [symbolReader, '= «versionOf»(node)\n    const { signature', '= «versionOf»(node)\n    return (version'],
    [`${graph}/calls.ts`, '  «versionOf»,', '= «versionOf»('],
    [callPath, 'type SymbolReader, «versionOf» }', '= «versionOf»('],
    [`${graph}/analysis/cycles.ts`, 'type SymbolReader, «versionOf» }', '(session, «versionOf»(from)!, start'],
    [
      `${graph}/analysis/impact.ts`,
      'type SymbolReader, «versionOf» }',
      'const version = «versionOf»(node)\n    if (node.kind',
      'const version = «versionOf»(node)\n    if (!isModule',
      'const version = «versionOf»(node)\n      return {',
    ],
  ),
  refs('a type with namesakes in other files', `${inputChecks}#CallSite`, [
    inputChecks,
    'file: FileInput, callSite: «CallSite»',
    'NodeInput[], callSite: «CallSite»',
    'DiagnosticInput, callSite: «CallSite»',
    'path: string, callSite: «CallSite»',
    'hint: string, callSite: «CallSite»',
  ]),
  refs(
    'a function that other files import, and none of its namesake in another package',
    `${graph}/compression.ts#decompress`,
    [`${graph}/packed-locals.ts`, 'compress, «decompress» }', 'ByteReader(«decompress»(packed))'],
    [`${graph}/packed-texts.ts`, 'compress, «decompress» }', 'ByteReader(«decompress»(packed))'],
  ),
  refs(
    'a function that is only passed on',
    `${prepared}#readChanges`,
    [prepared, 'params[0], «readChanges», this.run)'],
    [`${db}/transaction.ts`, 'readAll, «readChanges», readFirst', 'query.bind(...params), «readChanges», this.run)'],
  ),
  refs(
    'a type that another package uses through the index file',
    `${errors}/forge-error.ts#ErrorJson`,
    [`${errors}/forge-error.ts`, '(error: ForgeError): «ErrorJson»'],
    [`${errors}/index.ts`, '{ «ErrorJson», ForgeErrorOptions }'],
    [`${cli}/cli/main.ts`, 'type «ErrorJson» }', '(error: unknown): «ErrorJson» {'],
  ),
  refs('a member that a loop destructures', `${migrate}/order.ts#Ordered.dependsOn`, [
    `${migrate}/order.ts`,
    'for (const { id, «dependsOn» }',
  ]),
  refs(
    'a type with a type argument',
    `${graph}/graph-types.ts#GraphUpdate`,
    [`${graph}/index.ts`, '«GraphUpdate»'],
    [
      `${graph}/graph.ts`,
      '  «GraphUpdate»,',
      'AbortSignal },\n  ): Promise<«GraphUpdate»<',
      '= {},\n  ): Promise<«GraphUpdate»<',
      'AbortSignal,\n  ): Promise<«GraphUpdate»<',
    ],
    ['packages/graph/test/project.ts', 'type «GraphUpdate»', 'Promise<«GraphUpdate»<'],
  ),
  refs(
    'a class after `instanceof`, in tests too',
    `${lang}/errors.ts#PackedFactsError`,
    [`${lang}/index.ts`, '«PackedFactsError»'],
    [
      pack,
      'import { «PackedFactsError» }',
      "new «PackedFactsError»('The bytes are no facts",
      'instanceof «PackedFactsError»',
      "new «PackedFactsError»('The bytes are no packed",
    ],
    [
      'packages/lang/test/pack.test.ts',
      'packTexts, «PackedFactsError»',
      'packTexts(other!))).toThrow(«PackedFactsError»',
      'unpackFacts(bytes)).toThrow(«PackedFactsError»',
      'instanceof «PackedFactsError»',
    ],
  ),
]

const calls: readonly Question[] = [
  callers(
    'a method of a field',
    `${lang}/scopes.ts#Scopes.findHere`,
    `${lang}/declare.ts#here`,
    `${lang}/declare.ts#isDeclared`,
  ),
  callers(
    'a method, inside and outside its class',
    `${ignoreRules}#IgnoreRules.ignoresFolder`,
    `${ignoreRules}#IgnoreRules.ignoresFile`,
    `${ignoreRules}#IgnoreRules.ignoresFolder`,
    `${indexer}/walk-files.ts#walkFiles`,
    `${discover}#addGitFiles`,
    `${watch}/folder-tracker.ts#FolderTracker.ignoresFolder`,
  ),
  callers(
    'a private method, from a callback too',
    `${extractPool}#Lane.#start`,
    `${extractPool}#Lane.extract`,
    `${extractPool}#Lane.#recover`,
  ),
  callers(
    'a private method, from a function in a literal',
    `${extractPool}#Lane.#recover`,
    `${extractPool}#Lane.#start.onDeath`,
  ),
  callers(
    'a function of one file',
    `${poolOptions}#refuse`,
    `${poolOptions}#poolSettings`,
    `${poolOptions}#requireClock`,
    `${poolOptions}#requireInteger`,
    `${poolOptions}#requireMilliseconds`,
    `${poolOptions}#requireObject`,
  ),
  callers(
    'a function with namesakes in other packages',
    `${inputChecks}#refuse`,
    `${inputChecks}#checkFile`,
    `${inputChecks}#checkNodes`,
    `${inputChecks}#checkDiagnostic`,
    `${inputChecks}#checkPath`,
  ),
  callers(
    'a class, by `new`',
    `${link}/link-errors.ts#LinkInputError`,
    `${link}/program.ts#checkTargets`,
    `${createLinker}#checkFile`,
  ),
  callers(
    'a constructor',
    `${graph}/line-table.ts#LineTable.constructor`,
    `${graph}/changes.ts#ChangeReader.#changedFiles`,
    `${session}#FileContentsCache.#contents`,
  ),
  callers(
    'a constructor that calls `super(…)`',
    `${cli}/errors.ts#NotIndexedError.constructor`,
    `${cli}/http/symbol-target.ts#indexed`,
    `${cli}/projects/graph-look.ts#lookAtGraph`,
    `${cli}/store.ts#prepareStore.ready`,
  ),
  callers(
    'a function that other packages and tests import',
    `${lang}/language.ts#languageOf`,
    'apps/forge/src/dependence/file-not-found.ts#fileNotFound',
    `${indexer}/index-run.ts#IndexRun.#extract`,
    `${indexer}/installed-package.ts#PackageReading.constructor`,
    `${indexer}/installed-package.ts#PackageReading.load`,
    `${indexer}/may-concern-graph.ts#mayConcernGraph`,
    `${discover}#discover`,
    `${discover}#followLink`,
    `${indexer}/modules.ts#ProjectResolver.#find`,
    `${indexer}/modules.ts#ProjectResolver.#targetOf`,
    'packages/lang/test/source-files.ts#sourceFiles',
    'packages/lang/test/source-files.ts#sourcesOf',
    'packages/lang/test/language.test.ts',
  ),
  callers(
    'a function that calls itself',
    `${migrate}/busy.ts#isBusy`,
    `${migrate}/busy.ts#isBusy`,
    `${migrate}/busy.ts#retryWhileBusy`,
  ),
  callers(
    'a function with the name of the member that calls it',
    `${folderIndexer}#isReadable`,
    `${folderIndexer}#FolderIndexer.#plan.isReadable`,
  ),
  callers('a method with the name of functions', `${extractThread}#ExtractThread.extract`, `${extractPool}#Lane.#send`),
  callers(
    'a method of a constant that several files have',
    `${bytes}#ByteWriter.number`,
    `${bytes}#ByteWriter.signed`,
    `${bytes}#ByteWriter.text`,
    `${graph}/line-table.ts#packLineStarts`,
    `${packedSites}#packSites`,
    `${packedSites}#packPlaces`,
    `${packedTexts}#packTexts`,
    `${graph}/packed-halstead.ts#packHalstead`,
    `${graph}/packed-locals.ts#packLocals`,
  ),
  callers(
    'a member of an interface, in callbacks and in tests',
    `${link}/link-types.ts#Linker.rowOf`,
    `${linkGraph}#FileLinksWriter.#count`,
    `${linkGraph}#FileLinksWriter.#promote`,
    `${linkGraph}#FileLinksWriter.#stableIdOf`,
    `${linkGraph}#FileLinksWriter.#write.(anonymous)~2`,
    'packages/link/test/project.ts#describer',
    'packages/link/test/update.test.ts#lines.named',
    'packages/link/test/linker.test.ts',
  ),
  callers('a parameter', `${statements}#LruStatementCache.use.use`, `${statements}#LruStatementCache.use`),
  callers(
    'a function of one file, from a generator',
    `${linkGraph}#edgeKey`,
    `${linkGraph}#edgesOf`,
    `${linkGraph}#promotedEdges`,
  ),
  callees(
    'a function with calls of every sort',
    `${packedSites}#packPlaces`,
    `${packedSites}#wrongSites`,
    `${bytes}#ByteWriter.number`,
    `${bytes}#ByteWriter.signed`,
    `${bytes}#ByteWriter.take`,
  ),
  callees(
    'a function that makes an object',
    `${extract}#extract`,
    `${lang}/utf8.ts#utf8Of`,
    `${nesting}#isTooDeep`,
    `${extract}#tooDeep`,
    `${lang}/recover.ts#recover`,
    `${lang}/walk.ts#Walk`,
    `${lang}/walk.ts#Walk.constructor`,
    `${extract}#visitModule`,
    `${lang}/finish.ts#finishFacts`,
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
  {
    name: 'which calls lead from a function to a method of another package?',
    ask: 'path',
    of: `${extractFile}#extractFile`,
    to: `${lang}/scopes.ts#Scopes.enter`,
    answer: {
      ids: [
        `${extractFile}#extractFile`,
        `${extract}#extract`,
        `${extract}#visitModule`,
        `${lang}/scopes.ts#Scopes.enter`,
      ],
    },
  },
]

/** Calls through values, types by inference, and conditions. */
const flows: readonly Question[] = [
  def(
    'a member of a union told apart by its kind',
    `${link}/module-exports.ts`,
    "if (target.kind === 'external') return sets.one(-1 - externals.root(target.«name»)",
    `${link}/link-types.ts#ModuleTarget.name`,
  ),
  def(
    'a member of what a callback takes apart',
    `${graph}/analysis/impact.ts`,
    'filter(({ node }) => node.«kind» !== moduleKind)',
    `${graph}/symbol-reader.ts#NodeView.kind`,
  ),
  def(
    'the other name of an import',
    `${link}/type-inference.ts`,
    'import { deepestType as «deepest» }',
    `${link}/generic-parameters.ts#deepestType`,
  ),
  // Through an object of functions, where its interface is expected.
  callers(
    'a function in a table of functions',
    `${lang}/patterns.ts#visitParameters`,
    `${lang}/classes.ts#visitClass`,
    `${lang}/functions.ts#visitFunction`,
    `${lang}/types.ts#readSignature`,
    `${lang}/types.ts#visitMember`,
  ),
  callers(
    'a function that callbacks call',
    `${lang}/known-values.ts#guardsIn`,
    `${lang}/operators.ts#logicalValue`,
    `${lang}/operators.ts#visitConditional.(anonymous)`,
    `${lang}/statements.ts#visitBlock.(anonymous)`,
    `${lang}/statements.ts#visitIf.(anonymous)`,
    `${lang}/statements.ts#visitStatement`,
  ),
  callers(
    'a method that callbacks call',
    `${lang}/known-values.ts#KnownValues.narrow`,
    `${lang}/known-values.ts#KnownValues.branch`,
    `${lang}/operators.ts#visitConditional.(anonymous)`,
    `${lang}/statements.ts#visitBlock.(anonymous)`,
    `${lang}/statements.ts#visitIf.(anonymous)`,
  ),
  callers(
    'a function that calls itself',
    `${lang}/known-values.ts#leaves`,
    `${lang}/known-values.ts#leaves`,
    `${lang}/statements.ts#visitBlock.(anonymous)`,
    `${lang}/statements.ts#visitCases`,
  ),
  callers(
    'a function that an arrow function inside calls',
    `${lang}/functions.ts#returned`,
    `${lang}/functions.ts#visitFunction.(anonymous)`,
    `${lang}/statements.ts#visitStatement`,
  ),
  callers(
    'a function of two callers, one inside another function',
    `${link}/flows.ts#typedSlot`,
    `${link}/expressions.ts#parameterValues`,
    `${link}/pass-values.ts#createValuePasser.passTyped`,
  ),
  callers(
    'a function that a function inside calls',
    `${link}/type-inference.ts#inferredBy`,
    `${link}/calls.ts#calledWith`,
    `${link}/pass-values.ts#createValuePasser.passByTypes`,
  ),
  callers('a factory', `${link}/overriders.ts#createOverriders`, `${createLinker}#makeLinker`),
  callers(
    'a factory inside an object literal',
    `${link}/generic-parameters.ts#createGenericParameters`,
    `${link}/create-evaluation.ts#createWorld`,
  ),
  callers('a factory of a factory', `${link}/dependences.ts#createDependences`, `${link}/fixpoint.ts#createFixpoint`),
  callers(
    'a function of two loops',
    `${lang}/iteration.ts#iterate`,
    `${lang}/expressions.ts#visitExpression`,
    `${lang}/statements.ts#visitForEach`,
  ),
  callers(
    'a function of a loop inside',
    `${link}/natives.ts#passedBy`,
    `${link}/pass-values.ts#createValuePasser.callNative`,
  ),
  callers(
    'a function of methods',
    `${packedSites}#eachMention`,
    `${graph}/export.ts#occurrenceLines`,
    `${graph}/mentions.ts#Mentions.#addSites`,
    `${graph}/mentions.ts#Mentions.#referencesToNode`,
    `${graph}/outside.ts#Outside.uses`,
  ),
  callers(
    'a function of another file, from two functions',
    `${link}/promote-functions.ts#callerOf`,
    `${link}/link-file.ts#createFileLinker.linkCall`,
    `${link}/link-file.ts#createFileLinker.linkOccurrence`,
  ),
  callers(
    'a function of two files',
    `${link}/given-code.ts#givenCode`,
    `${link}/link-file.ts#createFileLinker.linkCall`,
    `${link}/promote-functions.ts#createPromotions.readCalls`,
  ),
  callers(
    'a function of keys',
    `${lang}/keys.ts#textOf`,
    `${lang}/chain.ts#defineProperty`,
    `${lang}/chain.ts#visitMember`,
    `${lang}/keys.ts#readKey`,
    `${lang}/patterns.ts#readPatternKey`,
    `${lang}/statements.ts#visitVariable`,
  ),
  callers(
    'a method of what is passed around',
    `${lang}/walk.ts#Walk.expect`,
    `${lang}/classes.ts#visitField`,
    `${lang}/expressions.ts#visitExpression`,
    `${lang}/functions.ts#returned`,
    `${lang}/initialiser.ts#direct`,
    `${lang}/statements.ts#visitVariable`,
    `${lang}/walk.ts#Walk.store`,
  ),
  callers('a function of a case', `${link}/discriminants.ts#filteredValues`, `${link}/expressions.ts#valuesOfExpr`),
  callers(
    'a function of results',
    `${link}/results.ts#entry`,
    `${link}/natives.ts#argumentResult`,
    `${link}/results.ts#elementValues`,
    `${link}/results.ts#methodValues`,
  ),
  callers(
    'a function of patterns',
    `${lang}/patterns.ts#elementAt`,
    `${lang}/chain.ts#visitMember`,
    `${lang}/expressions.ts#filled`,
    `${lang}/patterns.ts#assign`,
    `${lang}/patterns.ts#readBinding`,
    `${lang}/patterns.ts#readPatternKey`,
    `${lang}/patterns.ts#restFrom`,
  ),
]

/** All questions, one row each. */
export const questions: readonly Question[] = [...definitions, ...references, ...calls, ...flows]
