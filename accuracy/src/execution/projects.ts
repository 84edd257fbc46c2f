import type { Program, ProgramFile } from './programs.ts'

/** Files after `//- name`; the first of them is run. */
const table: readonly (readonly [category: string, name: string, files: string, calls: string])[] = [
  ['modules', 'a named import', "//- main.js\nimport {a} from './b.js'; a()\n//- b.js\nexport function a(){}", '* > a'],
  [
    'modules',
    'a default import',
    "//- main.js\nimport f from './b.js'; f()\n//- b.js\nexport default function a(){}",
    '* > a',
  ],
  [
    'modules',
    'a namespace',
    "//- main.js\nimport * as b from './b.js'; b.a()\n//- b.js\nexport function a(){}",
    '* > a',
  ],
  [
    'modules',
    'a barrel',
    "//- main.js\nimport {a} from './index.js'; a()\n//- index.js\nexport * from './b.js'\n//- b.js\nexport function a(){}",
    '* > a',
  ],
  [
    'modules',
    'names that are changed twice',
    "//- main.js\nimport {z as y} from './b.js'; y()\n//- b.js\nfunction a(){} export {a as z}",
    '* > a',
  ],
  [
    'modules',
    'a default under a name',
    "//- main.js\nimport {f} from './index.js'; f()\n//- index.js\nexport {default as f} from './b.js'\n//- b.js\nexport default function a(){}",
    '* > a',
  ],
  [
    'modules',
    'a namespace under a name',
    "//- main.js\nimport {b} from './index.js'; b.a()\n//- index.js\nexport * as b from './b.js'\n//- b.js\nexport function a(){}",
    '* > a',
  ],
  [
    'modules',
    'what import() gives',
    "//- main.js\nasync function m(){const {a}=await import('./b.js'); a()} m()\n//- b.js\nexport function a(){}",
    '* > m, m > a',
  ],
  [
    'modules',
    'a callback of another module',
    "//- main.js\nimport {each} from './b.js'; function a(){} each(a)\n//- b.js\nexport function each(f){f()}",
    '* > each, each > a',
  ],
  [
    'modules',
    'a class of another module',
    "//- main.js\nimport {A} from './b.js'; class B extends A{n(){}} new B().m()\n//- b.js\nexport class A{m(){this.n()} n(){}}",
    '* > A.m, A.m > B.n',
  ],
  [
    'modules',
    'modules that import each other',
    "//- main.js\nimport {b} from './b.js'; export function a(n){if(n) b(n-1)} a(2)\n//- b.js\nimport {a} from './main.js'; export function b(n){if(n) a(n-1)}",
    '* > a, a > b, b > a',
  ],
  [
    'modules',
    'a variable that its module assigns',
    "//- main.js\nimport {f,set} from './b.js'; function a(){} set(a); f()\n//- b.js\nexport let f; export function set(g){f=g}",
    '* > set, * > a',
  ],
  [
    'modules',
    'an object as default',
    "//- main.js\nimport o from './b.js'; o.go()\n//- b.js\nfunction a(){} export default {go:a}",
    '* > a',
  ],
  ['modules', 'the top of a module', "//- main.js\nimport './b.js'\n//- b.js\nfunction a(){} a()", 'b > a'],
  ['CommonJS', 'a member of exports', "//- main.js\nrequire('./b').a()\n//- b.js\nexports.a=function(){}", '* > a'],
  [
    'CommonJS',
    'a function as exports',
    "//- main.js\nconst g=require('./b'); g()\n//- b.js\nmodule.exports=function f(){}",
    '* > default',
  ],
  [
    'CommonJS',
    'an object as exports',
    "//- main.js\nconst {a,c}=require('./b'); a(); c()\n//- b.js\nfunction a(){} module.exports={a, c(){a()}}",
    '* > a, * > default.c, default.c > a',
  ],
  [
    'CommonJS',
    'a class as exports',
    "//- main.js\nconst K=require('./b'); new K().m()\n//- b.js\nmodule.exports=class K{m(){}}",
    '* > default.m',
  ],
  [
    'CommonJS',
    'a member of module.exports',
    "//- main.js\nrequire('./b').z()\n//- b.js\nfunction a(){} module.exports.z=a",
    '* > a',
  ],
  [
    'CommonJS',
    'exports that are those of another module',
    "//- main.js\nrequire('./index').a()\n//- index.js\nmodule.exports=require('./b')\n//- b.js\nexports.a=function(){}",
    '* > a',
  ],
  [
    'CommonJS',
    'both names of the exports',
    "//- main.js\nrequire('./b').z()\n//- b.js\nexports=module.exports={}; function a(){} exports.z=a",
    '* > a',
  ],
  [
    'CommonJS',
    'a require in a function',
    "//- main.js\nfunction lazy(){return require('./b').a()} lazy()\n//- b.js\nexports.a=function(){}",
    '* > lazy, lazy > a',
  ],
  [
    'CommonJS',
    'a factory',
    "//- main.js\nconst make=require('./b'); function a(){} make(a).go()\n//- b.js\nmodule.exports=function make(dep){return {go(){dep()}}}",
    '* > default, * > default.go, default.go > a',
  ],
  [
    'CommonJS',
    'a member by destructuring, under another name',
    "//- main.js\nconst {a: z}=require('./b'); z()\n//- b.js\nexports.a=function(){}",
    '* > a',
  ],
  [
    'CommonJS',
    'either of two modules',
    "//- main.js\nlet x; if(Math.random()<2) x=require('./b'); else x=require('./c'); x.a()\n//- b.js\nexports.a=function(){}\n//- c.js\nexports.a=function(){}",
    '* > a',
  ],
  [
    'CommonJS',
    'exports that are added at once',
    "//- main.js\nrequire('./b').a()\n//- b.js\nfunction a(){} Object.assign(exports,{a})",
    '* > a',
  ],
  [
    'decorators',
    'a decorator of a class',
    '//- main.ts\nfunction dec(c: unknown, x: unknown) {} @dec class A {}',
    '* > dec',
  ],
  [
    'decorators',
    'a decorator that a call gives',
    "//- main.ts\nfunction log(name: string) { return function wrap(m: unknown, x: unknown) {} } class A { @log('x') m() {} } new A().m()",
    '* > log, * > log.wrap, * > A.m',
  ],
  [
    'decorators',
    'a decorator of a field',
    '//- main.ts\nfunction dec(v: undefined, x: unknown) { return init } function init(v: number) { return v } class A { @dec x = 1 } new A()',
    '* > dec, * > init',
  ],
  [
    'decorators',
    'a decorator of an accessor, as a member',
    '//- main.ts\nconst decs = { dec(v: unknown, x: unknown) {} }; class A { @decs.dec get x() { return 1 } } new A().x',
    '* > decs.dec, * > A.x',
  ],
  [
    'decorators',
    'several decorators',
    '//- main.ts\nfunction one(c: unknown, x: unknown) {} function two(c: unknown, x: unknown) {} @one @two class A { @one m() {} }',
    '* > one, * > two',
  ],
  [
    'decorators',
    'a decorator of another module',
    "//- main.ts\nimport { dec } from './b.ts'; @dec class A { m() {} } new A().m()\n//- b.ts\nexport function dec(c: unknown, x: unknown) { note() } function note() {}",
    '* > dec, dec > note, * > A.m',
  ],
  ['JSX', 'a component', '//- main.jsx\nfunction B(){return null} const x=<B/>', '* > B'],
  [
    'JSX',
    'a component in another',
    '//- main.jsx\nfunction A(){return <B/>} function B(){return null} const x=<A/>',
    '* > A, A > B',
  ],
  [
    'JSX',
    'a function as a property',
    '//- main.jsx\nfunction B({onClick}){onClick()} function a(){} const x=<B onClick={a}/>',
    '* > B, B > a',
  ],
  [
    'JSX',
    'a function as the child',
    '//- main.jsx\nfunction L({children}){return children(1)} function row(){} const x=<L>{row}</L>',
    '* > L, L > row',
  ],
  [
    'JSX',
    'a class',
    '//- main.jsx\nclass App{render(){return <I/>}} function I(){return null} const x=<App/>',
    '* > App, * > App.render, App.render > I',
  ],
  [
    'JSX',
    'a component of an object',
    '//- main.jsx\nconst ui={Card(){return null}}; const x=<ui.Card/>',
    '* > ui.Card',
  ],
  [
    'JSX',
    'properties that are spread',
    '//- main.jsx\nfunction B({go}){go()} function a(){} const p={go:a}; const x=<B {...p}/>',
    '* > B, B > a',
  ],
  [
    'JSX',
    'a component of another module',
    "//- main.jsx\nimport {B} from './b.jsx'; const x=<div><B/></div>\n//- b.jsx\nexport const B=()=><C/>; function C(){return null}",
    '* > B, B > C',
  ],
  [
    'JSX',
    'a function that is written as a property',
    '//- main.jsx\nfunction P({render}){return render()} function a(){} const x=<P render={function draw(){a()}}/>',
    '* > P, P > x.draw, x.draw > a',
  ],
  [
    'JSX',
    'a call in an element',
    '//- main.jsx\nfunction f(){return 1} function B(){return null} const x=<B n={f()}>{f()}</B>',
    '* > f, * > B',
  ],
]

/** The programs of several files, or of such as must be compiled, by category. */
export const projects: readonly Program[] = table.map(([category, name, text, calls]) => ({
  category,
  name,
  files: filesOf(text),
  calls,
}))

function filesOf(text: string): readonly ProgramFile[] {
  return text
    .split('//- ')
    .slice(1)
    .map((part) => {
      const lineEnd = part.indexOf('\n')
      return { path: part.slice(0, lineEnd), code: part.slice(lineEnd + 1).trimEnd() }
    })
}
