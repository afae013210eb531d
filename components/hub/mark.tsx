/** A sparse code: a square of cells of which few are lit. public/icon.svg is the same drawing. */
export function Mark() {
  return (
    <svg aria-hidden="true" viewBox="0 0 20 20" width={20} height={20} className="shrink-0">
      {cells.map(({ x, y, shade }) => (
        <rect
          key={`${x} ${y}`}
          x={x}
          y={y}
          width={4}
          height={4}
          rx={1}
          className={shade > 0 ? "fill-accent" : "fill-line-strong"}
          opacity={shade > 0 ? shade : 0.55}
        />
      ))}
    </svg>
  );
}

const shades = [0, 0.55, 0, 0, 0, 0, 0, 1, 0, 0, 0.8, 0, 0.35, 0, 0, 0];

const cells = shades.map((shade, i) => ({
  x: (i % 4) * 5.333,
  y: Math.floor(i / 4) * 5.333,
  shade,
}));
