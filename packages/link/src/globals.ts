import globals from 'globals'

/** Types of TypeScript's own library that have no value of the same name. */
const libraryTypes = `
  Record Partial Required Readonly Pick Omit Exclude Extract NonNullable Parameters ConstructorParameters ReturnType
  InstanceType ThisParameterType OmitThisParameter ThisType Awaited NoInfer Uppercase Lowercase Capitalize Uncapitalize
  ReadonlyArray ReadonlyMap ReadonlySet ReadonlySetLike ArrayLike PromiseLike Iterable Iterator IterableIterator IteratorObject
  IteratorResult IteratorYieldResult IteratorReturnResult ArrayIterator MapIterator SetIterator StringIterator
  RegExpStringIterator BuiltinIterator BuiltinIteratorReturn Generator GeneratorFunction AsyncIterable AsyncIterator
  AsyncIterableIterator AsyncIteratorObject AsyncGenerator AsyncGeneratorFunction Disposable AsyncDisposable PropertyKey
  PropertyDescriptor PropertyDescriptorMap TypedPropertyDescriptor TemplateStringsArray ArrayBufferLike ArrayBufferView
  ArrayBufferTypes BufferSource WeakKey WeakKeyTypes IArguments CallableFunction NewableFunction ErrorOptions RegExpMatchArray RegExpExecArray
  RegExpIndicesArray ConcatArray FlatArray PromiseSettledResult PromiseFulfilledResult PromiseRejectedResult
  PromiseWithResolvers ClassDecorator MethodDecorator PropertyDecorator ParameterDecorator PromiseConstructorLike DecoratorContext
  ClassMethodDecoratorContext ClassFieldDecoratorContext ClassDecoratorContext ClassAccessorDecoratorContext
  ClassGetterDecoratorContext ClassSetterDecoratorContext ClassMemberDecoratorContext DecoratorMetadata ImportMeta ImportAttributes
  ImportCallOptions ImportAssertions ObjectConstructor FunctionConstructor ArrayConstructor ReadonlyArrayConstructor MapConstructor SetConstructor
  WeakMapConstructor WeakSetConstructor WeakRefConstructor PromiseConstructor SymbolConstructor StringConstructor NumberConstructor BooleanConstructor
  BigIntConstructor DateConstructor RegExpConstructor ErrorConstructor ProxyConstructor ProxyHandler TypeErrorConstructor
  RangeErrorConstructor SyntaxErrorConstructor AggregateErrorConstructor UnicodeBCP47LocaleIdentifier LocalesArgument
  NodeJS BufferEncoding JSX RequestInit RequestInfo ResponseInit HeadersInit BodyInit XMLHttpRequestBodyInit FormDataEntryValue URLSearchParamsInit
  EventListener EventListenerObject EventListenerOrEventListenerObject AddEventListenerOptions EventListenerOptions EventInit CustomEventInit
  MessageEventInit StructuredSerializeOptions Transferable BlobPart BlobPropertyBag FilePropertyBag ReadableStreamReadResult
  ReadableStreamController ReadableStreamReader QueuingStrategy UnderlyingSource UnderlyingSink UnderlyingDefaultSource UnderlyingByteSource Transformer
  ReadableWritablePair StreamPipeOptions QueuingStrategySize TextDecodeOptions TextDecoderOptions AlgorithmIdentifier JsonWebKey KeyUsage KeyFormat
  HTMLElementTagNameMap SVGElementTagNameMap ElementTagNameMap HTMLElementEventMap WindowEventMap DocumentEventMap GlobalEventHandlers
  WindowOrWorkerGlobalScope ParentNode ChildNode NonDocumentTypeChildNode ScrollBehavior ScrollIntoViewOptions ScrollToOptions
  IntersectionObserverInit MutationObserverInit ResizeObserverOptions ShadowRootInit DOMStringMap WorkerOptions WorkerType
  RequestMode RequestCredentials RequestCache RequestRedirect ReferrerPolicy ResponseType BinaryType FrameRequestCallback VoidFunction
  TimerHandler IdleRequestCallback IdleRequestOptions BigInteger DOMHighResTimeStamp EpochTimeStamp PerformanceMeasureOptions PerformanceMarkOptions
`

const outsideEveryScope = 'arguments globalThis undefined require module exports __dirname __filename'

let known: ReadonlySet<string> | undefined

/** Whether the language or a platform it runs on (Node, browsers, workers) has a global value or type of this name. */
export function isKnownGlobal(name: string): boolean {
  known ??= new Set([
    ...Object.keys(globals.builtin),
    ...Object.keys(globals.node),
    ...Object.keys(globals.browser),
    ...Object.keys(globals.worker),
    ...Object.keys(globals.serviceworker),
    ...libraryTypes.trim().split(/\s+/),
    ...outsideEveryScope.split(' '),
  ])
  return known.has(name)
}

/** Types of the language that are as good as their first argument: what they hold is what the argument holds. */
const transparentTypes: ReadonlySet<string> = new Set([
  'Partial',
  'Required',
  'Readonly',
  'Pick',
  'Omit',
  'Extract',
  'Exclude',
  'NonNullable',
  'NoInfer',
  'ThisType',
])

/** Whether a value of type `name<T, …>` has the members of `T`. */
export function isTransparentType(name: string): boolean {
  return transparentTypes.has(name)
}

const elementPlaces: ReadonlyMap<string, readonly number[]> = new Map([
  ...[
    'Array ReadonlyArray ArrayLike ConcatArray Set ReadonlySet Iterable IterableIterator Iterator IteratorObject ArrayIterator',
    'SetIterator MapIterator Generator AsyncIterable AsyncIterator AsyncIterableIterator AsyncIteratorObject AsyncGenerator ReadableStream',
  ]
    .join(' ')
    .split(' ')
    .map((type): [string, readonly number[]] => [type, [0]]),
  ['Record', [1]],
])

/** The places of the type arguments that iterating or indexing a value of the type gives; empty where it is not known. */
export function elementArguments(type: string): readonly number[] {
  return elementPlaces.get(type) ?? []
}

/**
 * What calling a method of a language type gives: something of its receiver (itself, its first or second
 * type argument, an array of the first, an iterator of the second or of entries, one step of an iterator), or the name of a type.
 */
type MethodResult = 'receiver' | 'element' | 'value' | 'elements' | 'values' | 'entries' | 'step' | (string & {})

/** The results of a type's methods, written as `method… => result; …`. */
function results(text: string): ReadonlyMap<string, MethodResult> {
  const map = new Map<string, MethodResult>()
  for (const line of text.split(';')) {
    const [methods, result] = line.split('=>')
    for (const method of methods!.trim().split(/\s+/)) map.set(method, result!.trim())
  }
  return map
}

const arrayResults = results(`
  at find findLast pop shift => element;
  concat copyWithin fill filter reverse slice sort splice toReversed toSorted toSpliced values with => receiver;
  map flat flatMap keys => Array; entries => entries; join toString toLocaleString => String;
  indexOf lastIndexOf findIndex findLastIndex push unshift => Number; some every includes => Boolean`)
const setResults = results(`
  add difference intersection keys symmetricDifference union values => receiver; entries => entries; has delete => Boolean`)
const mapResults = results(`
  get => value; set => receiver; values => values; entries => entries; keys => elements; has delete => Boolean`)
const iteratorResults = results(`
  next return throw => step; drop filter take => receiver; find reduce => element; toArray => elements; map flatMap => IteratorObject; some every => Boolean`)

const methodResults: ReadonlyMap<string, ReadonlyMap<string, MethodResult>> = new Map([
  ['Array', arrayResults],
  ['ReadonlyArray', arrayResults],
  ['Set', setResults],
  ['ReadonlySet', setResults],
  ['Map', mapResults],
  ['ReadonlyMap', mapResults],
  ['WeakMap', mapResults],
  ['Iterator', iteratorResults],
  ['IterableIterator', iteratorResults],
  ['IteratorObject', iteratorResults],
  ['Generator', iteratorResults],
  ['Promise', results('catch finally => receiver; then => Promise')],
  ['WeakRef', results('deref => element')],
  [
    'String',
    results(`
      at charAt concat normalize padEnd padStart repeat replace replaceAll slice substr substring toLocaleLowerCase toLocaleUpperCase
      toLowerCase toUpperCase toString trim trimEnd trimStart valueOf => String; split match => Array; matchAll => IterableIterator;
      charCodeAt codePointAt indexOf lastIndexOf localeCompare search => Number; endsWith includes startsWith => Boolean`),
  ],
  ['Number', results('toString toFixed toPrecision toExponential toLocaleString => String; valueOf => Number')],
  ['RegExp', results('exec => Array; test => Boolean; toString => String')],
  [
    'Date',
    results(
      'getTime valueOf getFullYear getMonth getDate getDay getHours getMinutes getSeconds => Number; toISOString toJSON toString => String',
    ),
  ],
])

/** What calling `method` of a value of the language type `type` gives; undefined where it is not told. */
export function methodResult(type: string, method: string): MethodResult | undefined {
  return methodResults.get(type)?.get(method)
}

const functionResults = results(`
  String String.raw String.fromCharCode String.fromCodePoint JSON.stringify encodeURIComponent decodeURIComponent encodeURI decodeURI => String;
  Number parseInt parseFloat Number.parseInt Number.parseFloat Date.now performance.now => Number;
  Boolean Array.isArray Object.is Object.hasOwn Number.isInteger Number.isNaN Number.isFinite isNaN => Boolean;
  BigInt => BigInt; Symbol Symbol.for => Symbol; RegExp => RegExp;
  Array Array.from Array.of Object.keys Object.values Object.entries Object.getOwnPropertyNames Reflect.ownKeys => Array;
  Promise.all Promise.allSettled Promise.any Promise.race Promise.resolve Promise.reject fetch => Promise;
  Error TypeError RangeError => Error; process.cwd => String`)

/** The language type of what calling a global function gives, by its path, `Object.keys`; undefined where it is not told. */
export function functionResult(path: string): string | undefined {
  return functionResults.get(path)
}
