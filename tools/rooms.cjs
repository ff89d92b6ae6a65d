// Which room may import which: DESIGN §3 as data. dependency-cruiser enforces it (npm run lint); a room not listed may import nothing.
const MODELS = {
  ir: [],
  ops: ['ir'],
  autodiff: ['ir', 'ops'],
  passes: ['ir', 'ops'],
  layers: ['ir', 'ops'],
  losses: ['ir', 'ops', 'layers'],
  optimizers: ['ir', 'ops'],
  architectures: ['ir', 'ops', 'layers'],
  onnx: ['ir', 'ops'],
  programs: ['ir', 'ops', 'autodiff', 'passes', 'layers', 'losses', 'optimizers', 'architectures', 'onnx'],
}

const ROOMS = {
  'electron/common': [],
  'electron/study': ['electron/common'],
  'electron/compute': ['electron/common', 'models'],
  'electron/main': ['electron/common', 'electron/study', 'electron/compute'],
  'electron/preload': ['electron/common'],
  'electron/cli': ['electron/common', 'electron/study', 'electron/compute', 'models'],
  renderer: ['electron/common'],
  e2e: ['electron/common', 'models'],
  bench: ['electron/common', 'electron/study', 'electron/compute', 'electron/cli', 'models'],
  reproduce: ['electron/common', 'electron/study', 'electron/compute', 'electron/cli', 'models'],
}

const RENDERER = {
  api: [],
  rendering: [],
  components: ['styles'],
  styles: [],
  stores: ['api'],
  features: ['api', 'stores', 'rendering', 'components', 'styles'],
}

// These rooms are entered through the files named here, never through their inside.
const DOORS = {
  'electron/study': ['index.ts', 'process.ts'],
  'electron/compute': ['index.ts', 'process.ts', 'trainingProcess.ts'],
}

// Tests and their helpers may reach further: real ONNX Runtime, real files.
const TESTS = '\\.(test|bench)\\.ts$|/testing/'
const any = list => `^(${list.join('|')})(/|$)`

const roomRules = (prefix, table) =>
  Object.entries(table).map(([room, allowed]) => ({
    name: `${prefix}${room}-imports-one-way`,
    severity: 'error',
    comment: `${prefix}${room} may import ${allowed.join(', ') || 'nothing'} (tools/rooms.cjs)`,
    from: { path: `^${prefix}${room}/`, pathNot: TESTS },
    to: {
      path: prefix ? `^${prefix}[^/]+/` : any([...Object.keys(table), 'models']),
      pathNot: any([`${prefix}${room}`, ...allowed.map(name => `${prefix}${name}`)]),
    },
  }))

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(electron|\\?|vite/client)' },
    },
    ...roomRules('', ROOMS),
    ...roomRules('models/', MODELS),
    ...roomRules('renderer/', RENDERER),
    {
      name: 'models-and-common-are-environment-free',
      severity: 'error',
      from: { path: '^(models|electron/common)/', pathNot: TESTS },
      to: {
        path: '^(electron/(study|compute|main|preload|cli)|renderer)|node_modules/(electron|vue|pinia|onnxruntime-node)/',
      },
    },
    {
      name: 'models-and-common-do-not-know-node',
      severity: 'error',
      from: { path: '^(models|electron/common)/', pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'features-have-one-door',
      severity: 'error',
      from: { path: '^renderer/features/([^/]+)/' },
      to: { path: '^renderer/features/', pathNot: '^renderer/features/($1/|[^/]+/index\\.ts$)' },
    },
    {
      name: 'rendering-knows-no-vue',
      severity: 'error',
      from: { path: '^renderer/rendering/', pathNot: TESTS },
      to: { path: 'node_modules/(vue|pinia|@vue)/' },
    },
    ...Object.entries(DOORS).map(([room, doors]) => ({
      name: `${room}-has-doors`,
      severity: 'error',
      from: { pathNot: [`^${room}/`, TESTS] },
      to: { path: `^${room}/`, pathNot: `^${room}/(${doors.map(d => d.replace('.', '\\.')).join('|')})$` },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
      extensions: ['.ts', '.vue', '.mjs', '.cjs', '.js', '.json'],
    },
    builtInModules: { add: ['electron'] },
  },
}
