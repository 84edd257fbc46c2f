/** The members that every object has. */
const ofObjects = names(
  'constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf __proto__',
)
/** The members that every function has. */
const ofFunctions = names('apply arguments bind call caller length name prototype')

const iterator = 'next return throw'
const helpers = 'drop every filter find flatMap forEach map reduce some take toArray'
const readonlyArray = `at concat entries every filter find findIndex findLast findLastIndex flat flatMap forEach includes indexOf join keys
  lastIndexOf length map reduce reduceRight slice some toReversed toSorted toSpliced values with`
// What a regular expression matches is an array that has more.
const array = `${readonlyArray} copyWithin fill pop push reverse shift sort splice unshift groups index indices input`
const readonlySet = `difference entries forEach has intersection isDisjointFrom isSubsetOf isSupersetOf keys size symmetricDifference union values`
const readonlyMap = 'entries forEach get has keys size values'
const error = 'cause message name stack'

/** For types of the language, the members they have beside those that every object has. */
const membersOf: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    Array: array,
    ArrayLike: 'length',
    AsyncGenerator: iterator,
    AsyncIterable: '',
    AsyncIterableIterator: iterator,
    AsyncIterator: iterator,
    AggregateError: `${error} errors`,
    BigInt: '',
    Boolean: '',
    Error: error,
    EvalError: error,
    Function: [...ofFunctions].join(' '),
    Generator: `${iterator} ${helpers}`,
    Iterable: '',
    IterableIterator: `${iterator} ${helpers}`,
    Iterator: `${iterator} ${helpers}`,
    IteratorObject: `${iterator} ${helpers}`,
    Map: `${readonlyMap} clear delete getOrInsert getOrInsertComputed set`,
    Number: 'toExponential toFixed toPrecision',
    Object: '',
    Promise: 'catch finally then',
    PromiseLike: 'then',
    Proxy: '',
    RangeError: error,
    ReadonlyArray: readonlyArray,
    ReadonlyMap: readonlyMap,
    ReadonlySet: readonlySet,
    ReferenceError: error,
    RegExp: `compile dotAll exec flags global hasIndices ignoreCase lastIndex multiline source sticky test unicode unicodeSets`,
    Set: `${readonlySet} add clear delete`,
    String: `anchor at big blink bold charAt charCodeAt codePointAt concat endsWith fixed fontcolor fontsize includes indexOf isWellFormed
      italics lastIndexOf length link localeCompare match matchAll normalize padEnd padStart repeat replace replaceAll search slice small
      split startsWith strike sub substr substring sup toLocaleLowerCase toLocaleUpperCase toLowerCase toUpperCase toWellFormed trim
      trimEnd trimLeft trimRight trimStart`,
    Symbol: 'description',
    SyntaxError: error,
    TypeError: error,
    URIError: error,
    WeakMap: 'delete get getOrInsert getOrInsertComputed has set',
    WeakRef: 'deref',
    WeakSet: 'add delete has',
  }).map(([type, members]) => [type, names(members)]),
)

function names(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/))
}

/** The language type every function or every object has the member from; undefined where they have no such member. */
export function inheritedFrom(member: string, callable: boolean): 'Function' | 'Object' | undefined {
  if (callable && ofFunctions.has(member)) return 'Function'
  return ofObjects.has(member) ? 'Object' : undefined
}

/** Whether a value of the language type `type` may have the member: of types that are not known in full, any. */
export function mayHaveMember(type: string, member: string): boolean {
  const members = membersOf.get(type)
  return members === undefined || members.has(member) || ofObjects.has(member) || member.startsWith('[Symbol.')
}
