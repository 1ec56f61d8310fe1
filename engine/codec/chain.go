package codec

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/turncoat-sim/turncoat/engine"
)

// Hash is a link of the chain: SHA-256.
type Hash [sha256.Size]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Link is the hash of a stored event: of its predecessor's hash, its header and its stored bytes (promise 8). The header is
// fixed-width little-endian: seq, step, round, audience (8 bytes each), then kind and phase by name, each ended by a zero.
func Link(prev Hash, s Stored) Hash {
	var buf [512]byte
	b := append(buf[:0], prev[:]...)
	b = binary.LittleEndian.AppendUint64(b, s.Seq)
	b = binary.LittleEndian.AppendUint64(b, s.Step)
	b = binary.LittleEndian.AppendUint64(b, uint64(s.Round))
	b = binary.LittleEndian.AppendUint64(b, uint64(s.Audience))
	b = append(append(b, s.Kind.String()...), 0)
	b = append(append(b, s.Phase.String()...), 0)
	b = append(b, s.Body...)
	return sha256.Sum256(b)
}

// Verify checks that the stored events are a chain and a game: the first that doesn't follow is the error. heads, where not
// nil, are the hashes that were stored with them.
func Verify(events []Stored, heads []Hash) (engine.State, Hash, error) {
	var state engine.State
	var head Hash
	for i, s := range events {
		head = Link(head, s)
		if heads != nil && heads[i] != head {
			return state, head, fmt.Errorf("event %d: its hash is %.12s, the log says %.12s: the event or one before it was altered",
				s.Seq, head, heads[i])
		}
		e, err := s.Event()
		if err != nil {
			return state, head, err
		}
		if state, err = engine.Apply(state, e); err != nil {
			return state, head, err
		}
	}
	return state, head, nil
}
