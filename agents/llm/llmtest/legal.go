package llmtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/turncoat-sim/turncoat/agents/llm"
)

// Legal is an Answer that fits the schema and is otherwise random: the same for the same messages and schema, always. It knows
// objects, arrays, alternatives, strings with and without enumeration, integers, numbers and booleans. Without a schema, or with one that
// it can't read, it is a sentence.
func Legal(messages []llm.Message, schema json.RawMessage) string {
	sum := sha256.Sum256([]byte(llm.Prompt{Messages: messages, Schema: schema}.Hash()))
	r := rand.New(rand.NewPCG(binary.LittleEndian.Uint64(sum[:8]), binary.LittleEndian.Uint64(sum[8:16])))
	var n node
	if len(schema) == 0 || json.Unmarshal(schema, &n) != nil {
		return sentence(r)
	}
	var b bytes.Buffer
	n.write(&b, r)
	return b.String()
}

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// node is the part of JSON Schema that prompts use.
type node struct {
	Type       string
	Enum       []json.RawMessage
	AnyOf      []*node
	Properties map[string]*node
	Required   []string
	Items      *node
	MinItems   int
	MaxItems   *int
	Minimum    *int
	Maximum    *int
}

// write makes a random value of the node. The keys of an object stand in the order in which they are required.
func (n *node) write(b *bytes.Buffer, r *rand.Rand) {
	switch {
	case n == nil:
		b.WriteString("null")
	case len(n.Enum) > 0:
		b.Write(n.Enum[r.IntN(len(n.Enum))])
	case len(n.AnyOf) > 0:
		n.AnyOf[r.IntN(len(n.AnyOf))].write(b, r)
	case n.Type == "object":
		b.WriteByte('{')
		for i, key := range n.Required {
			comma(b, i)
			b.WriteString(quote(key) + ":")
			n.Properties[key].write(b, r)
		}
		b.WriteByte('}')
	case n.Type == "array":
		b.WriteByte('[')
		for i := range within(&n.MinItems, n.MaxItems, 2, r) {
			comma(b, i)
			n.Items.write(b, r)
		}
		b.WriteByte(']')
	case n.Type == "integer", n.Type == "number":
		b.WriteString(strconv.Itoa(within(n.Minimum, n.Maximum, 100, r)))
	case n.Type == "boolean":
		b.WriteString(strconv.FormatBool(r.IntN(2) == 0))
	default:
		b.WriteString(quote(sentence(r)))
	}
}

func comma(b *bytes.Buffer, i int) {
	if i > 0 {
		b.WriteByte(',')
	}
}

// within is a whole number from the least to the most, which is so much more where the schema doesn't say.
func within(least, most *int, more int, r *rand.Rand) int {
	from := 0
	if least != nil {
		from = *least
	}
	to := from + more
	if most != nil {
		to = *most
		if least == nil {
			from = min(from, to)
		}
	}
	return from + r.IntN(max(0, to-from)+1)
}

var words = strings.Fields("I you we they think believe doubt hope saw heard that nobody somebody everybody was is seems quiet loud " +
	"honest nervous at breakfast yesterday tonight again never always because while and but still")

func sentence(r *rand.Rand) string {
	said := make([]string, 3+r.IntN(10))
	for i := range said {
		said[i] = words[r.IntN(len(words))]
	}
	return strings.Join(said, " ") + "."
}
