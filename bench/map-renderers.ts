/**
 * Draws 100,000 points of 16 colours in 60 frames on a canvas as large as the map's: as shapes of the 2D
 * canvas, and as points of WebGL; median milliseconds per frame. Runs in the browser, by itself.
 */
export async function renderers(ratio: number): Promise<Record<string, string>> {
  const [n, width, height] = [100_000, 1380 * ratio, 612 * ratio];
  const [size, side] = [2.6 * ratio, 1.3 * ratio];
  const near = () => Math.random() + Math.random() + Math.random() - 1.5;
  const xy = Float32Array.from({ length: 2 * n }, () => 0.6 * near());
  const hues = Array.from({ length: 16 }, (_, i) => `hsl(${i * 22} 70% 50%)`);

  function newCanvas(): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width, height });
    canvas.style.cssText = `width:${width / ratio}px;height:${height / ratio}px`;
    document.body.replaceChildren(canvas);
    return canvas;
  }

  async function time(draw: (zoom: number) => void): Promise<string> {
    const times: number[] = [];
    let last = 0;
    for (let frame = 0; frame < 60; frame++) {
      const now = await new Promise<number>(requestAnimationFrame);
      if (last > 0) times.push(now - last);
      last = now;
      draw(1 + 0.3 * Math.sin(frame / 15));
    }
    return (times.sort((a, b) => a - b)[times.length >> 1] as number).toFixed(1);
  }

  const flat = newCanvas().getContext("2d") as CanvasRenderingContext2D;
  const shapes = await time((zoom) => {
    flat.clearRect(0, 0, width, height);
    for (let hue = 0; hue < 16; hue++) {
      flat.fillStyle = hues[hue] as string;
      for (let i = hue; i < n; i += 16) {
        const [x, y] = [xy[2 * i] as number, xy[2 * i + 1] as number];
        const [left, top] = [(x * zoom + 1) * 0.5 * width, (y * zoom + 1) * 0.5 * height];
        flat.fillRect(left - side, top - side, size, size);
      }
    }
  });

  const gl = newCanvas().getContext("webgl", { antialias: false });
  if (!gl) return { shapes, webgl: "not there" };
  const program = gl.createProgram();
  for (const [type, source] of [
    [
      gl.VERTEX_SHADER,
      "attribute vec2 p; uniform float z; uniform float s; void main() { gl_Position = vec4(p * z, 0, 1); gl_PointSize = s; }",
    ],
    [
      gl.FRAGMENT_SHADER,
      "precision mediump float; void main() { if (length(gl_PointCoord - .5) > .5) discard; gl_FragColor = vec4(.8, .4, .1, 1); }",
    ],
  ] as const) {
    const shader = gl.createShader(type) as WebGLShader;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  // biome-ignore lint/correctness/useHookAtTopLevel: not React's
  gl.useProgram(program);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, xy, gl.STATIC_DRAW);
  gl.enableVertexAttribArray(gl.getAttribLocation(program, "p"));
  gl.vertexAttribPointer(gl.getAttribLocation(program, "p"), 2, gl.FLOAT, false, 0, 0);
  gl.uniform1f(gl.getUniformLocation(program, "s"), size);
  const zoomAt = gl.getUniformLocation(program, "z");
  const webgl = await time((zoom) => {
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform1f(zoomAt, zoom);
    gl.drawArrays(gl.POINTS, 0, n);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4)); // waits until it is drawn
  });
  return { shapes, webgl };
}
