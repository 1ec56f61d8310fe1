package memory

import (
	"context"
	"fmt"
)

// Vector is the embedding of a text, by the text's SHA-256; a byte for each component, signed.
type Vector struct {
	Digest     [32]byte
	Components []byte
}

// KeepVectors keeps embeddings of a game and returns when they are on disk. One that is kept already stays as it is.
func (s *Store) KeepVectors(ctx context.Context, game int64, vectors []Vector) error {
	err := s.writer.do(ctx, len(vectors), func(w *writer) error {
		for _, v := range vectors {
			if _, err := w.exec("INSERT OR IGNORE INTO vectors (game, digest, components) VALUES (?, ?, ?)", game, v.Digest[:],
				v.Components); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep %d embeddings: %w", len(vectors), err)
	}
	return nil
}

// Vectors returns the embeddings of a game.
func (s *Store) Vectors(ctx context.Context, game int64) ([]Vector, error) {
	rows, err := s.reader.QueryContext(ctx, "SELECT digest, components FROM vectors WHERE game = ? ORDER BY digest", game)
	if err != nil {
		return nil, explain(s.path, err)
	}
	defer rows.Close()
	var out []Vector
	for rows.Next() {
		var digest []byte
		var v Vector
		if err := rows.Scan(&digest, &v.Components); err != nil {
			return nil, explain(s.path, err)
		}
		copy(v.Digest[:], digest)
		out = append(out, v)
	}
	return out, explain(s.path, rows.Err())
}
