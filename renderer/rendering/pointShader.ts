// The WebGL program that draws points of a map: one shape and colour each, with a dark rim that keeps neighbours apart.

/** Shapes in the order the shader numbers them: told apart without colour. */
export const POINT_SHAPES = ['circle', 'triangle', 'square', 'diamond', 'wedge', 'plus', 'cross', 'ring'] as const
export type PointShape = (typeof POINT_SHAPES)[number]

/** Bits of a point's fourth style byte, above the three that number its shape. */
export const FADED_BIT = 8

const VERTEX = `#version 300 es
uniform vec2 uCentre;
uniform vec2 uScale;
uniform float uSize;
in vec2 aPlace;
in uvec4 aStyle;
in float aLarger;
out vec3 vColor;
flat out uint vShape;
out float vAlpha;
out float vPixels;
void main() {
  gl_Position = vec4((aPlace - uCentre) * uScale, 0.0, 1.0);
  vPixels = uSize * (1.0 + 1.6 * aLarger);
  gl_PointSize = vPixels;
  vColor = vec3(aStyle.rgb) / 255.0;
  vShape = aStyle.a & 7u;
  vAlpha = (aStyle.a & ${FADED_BIT}u) != 0u ? 0.28 : 0.92;
}`

// Distance to the edge, negative inside, in halves of the point's box; y down.
const FRAGMENT = `#version 300 es
precision highp float;
in vec3 vColor;
flat in uint vShape;
in float vAlpha;
in float vPixels;
out vec4 color;
float triangle(vec2 p) { return max(p.y - 0.58, 0.863 * abs(p.x) - 0.505 * (p.y + 0.92)); }
float bars(vec2 p) { return min(max(abs(p.x) - 0.24, abs(p.y) - 0.86), max(abs(p.y) - 0.24, abs(p.x) - 0.86)); }
float edge(vec2 p) {
  switch (vShape) {
    case 0u: return length(p) - 0.72;
    case 1u: return triangle(p);
    case 2u: return max(abs(p.x), abs(p.y)) - 0.64;
    case 3u: return (abs(p.x) + abs(p.y) - 0.92) * 0.7071;
    case 4u: return triangle(vec2(p.x, -p.y));
    case 5u: return bars(p);
    case 6u: return bars(vec2(p.x + p.y, p.x - p.y) * 0.7071);
    default: return abs(length(p) - 0.56) - 0.2;
  }
}
void main() {
  float d = edge(gl_PointCoord * 2.0 - 1.0) * vPixels * 0.5;
  float cover = clamp(0.5 - d, 0.0, 1.0);
  float rim = clamp(1.5 - d, 0.0, 1.0);
  if (rim <= 0.0) discard;
  float alpha = vAlpha * max(cover, 0.55 * rim);
  color = vec4(vColor * cover * vAlpha, alpha);
}`

export interface PointProgram {
  readonly program: WebGLProgram
  readonly centre: WebGLUniformLocation | null
  readonly scale: WebGLUniformLocation | null
  readonly size: WebGLUniformLocation | null
  readonly place: number
  readonly style: number
  readonly larger: number
}

/** @returns null when the shaders do not compile: the caller says so. */
export function pointProgram(gl: WebGL2RenderingContext): PointProgram | null {
  const program = gl.createProgram()
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind)
    if (!shader) return null
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return null
  return {
    program,
    centre: gl.getUniformLocation(program, 'uCentre'),
    scale: gl.getUniformLocation(program, 'uScale'),
    size: gl.getUniformLocation(program, 'uSize'),
    place: gl.getAttribLocation(program, 'aPlace'),
    style: gl.getAttribLocation(program, 'aStyle'),
    larger: gl.getAttribLocation(program, 'aLarger'),
  }
}
