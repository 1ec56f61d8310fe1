package tiny

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
)

// The shape of the model. As small as the server takes it, with two layers and grouped heads so that nothing is a special case.
const (
	blocks  = 2
	width   = 64
	heads   = 4
	kvHeads = 2
	hidden  = 128
	trained = 32768
	kvWidth = width / heads * kvHeads
	align   = 32
)

// The types of GGUF's metadata and of its tokens that are used here.
const (
	typeUint32, typeInt32, typeFloat32, typeBool, typeString, typeArray uint32 = 4, 5, 6, 7, 8, 9

	tokenNormal, tokenUnknown, tokenControl, tokenByte int32 = 1, 2, 3, 6
)

// write writes the model as a GGUF file of version 3. The same seed gives the same bytes on every machine.
func write(w io.Writer, seed uint64) error {
	m := newModel(seed)
	var head bytes.Buffer
	head.WriteString("GGUF")
	number(&head, uint32(3), uint64(len(m.tensors)), uint64(m.pairs))
	head.Write(m.meta.Bytes())
	offset := uint64(0)
	for _, t := range m.tensors {
		text(&head, t.name)
		number(&head, uint32(len(t.shape)), t.shape, uint32(0), offset) // 0 is float32
		offset += padded(uint64(len(t.values)) * 4)
	}
	head.Write(make([]byte, padded(uint64(head.Len()))-uint64(head.Len())))
	for _, t := range m.tensors { // 4·width is a multiple of the alignment, so that no padding is due between them
		number(&head, t.values)
	}
	if _, err := head.WriteTo(w); err != nil {
		return fmt.Errorf("write the tiny model: %w", err)
	}
	return nil
}

func padded(n uint64) uint64 { return (n + align - 1) / align * align }

// number writes numbers and slices of them; a buffer takes everything, so that there is no error.
func number(b *bytes.Buffer, values ...any) {
	for _, v := range values {
		if err := binary.Write(b, binary.LittleEndian, v); err != nil {
			panic("tiny: " + err.Error())
		}
	}
}

func text(b *bytes.Buffer, s string) {
	number(b, uint64(len(s)))
	b.WriteString(s)
}

type tensor struct {
	name   string
	shape  []uint64 // the fastest dimension first
	values []float32
}

type model struct {
	meta    bytes.Buffer
	pairs   int
	tensors []tensor
	random  *rand.Rand
}

func newModel(seed uint64) *model {
	m := &model{random: rand.New(rand.NewPCG(seed, 0x7475726e636f6174))}
	m.describe()
	tokens, kinds, lean := vocabulary()
	m.list("tokenizer.ggml.tokens", typeString, len(tokens))
	for _, t := range tokens {
		text(&m.meta, t)
	}
	m.list("tokenizer.ggml.token_type", typeInt32, len(kinds))
	number(&m.meta, kinds)
	m.list("tokenizer.ggml.scores", typeFloat32, len(tokens))
	number(&m.meta, make([]float32, len(tokens)))
	m.weights(lean)
	return m
}

func (m *model) describe() {
	m.pair("general.architecture", "llama")
	m.pair("general.name", "tiny")
	m.pair("general.file_type", uint32(0))
	m.pair("llama.context_length", uint32(trained))
	m.pair("llama.embedding_length", uint32(width))
	m.pair("llama.block_count", uint32(blocks))
	m.pair("llama.feed_forward_length", uint32(hidden))
	m.pair("llama.attention.head_count", uint32(heads))
	m.pair("llama.attention.head_count_kv", uint32(kvHeads))
	m.pair("llama.attention.layer_norm_rms_epsilon", float32(1e-5))
	m.pair("llama.rope.dimension_count", uint32(width/heads))
	m.pair("llama.rope.freq_base", float32(10000))
	m.pair("tokenizer.ggml.model", "llama")
	m.pair("tokenizer.ggml.unknown_token_id", uint32(0))
	m.pair("tokenizer.ggml.bos_token_id", uint32(1))
	m.pair("tokenizer.ggml.eos_token_id", uint32(2))
	m.pair("tokenizer.ggml.add_bos_token", true)
	m.pair("tokenizer.ggml.add_space_prefix", false)
}

func (m *model) pair(key string, value any) {
	m.pairs++
	text(&m.meta, key)
	switch v := value.(type) {
	case string:
		number(&m.meta, typeString)
		text(&m.meta, v)
	case uint32:
		number(&m.meta, typeUint32, v)
	case float32:
		number(&m.meta, typeFloat32, v)
	case bool:
		number(&m.meta, typeBool, v)
	}
}

func (m *model) list(key string, of uint32, n int) {
	m.pairs++
	text(&m.meta, key)
	number(&m.meta, typeArray, of, uint64(n))
}

// vocabulary is three specials, every byte, and the printable characters of ASCII, with how far the model leans to each.
// It leans to short strings of ASCII: raw bytes are rare, a quotation mark and the end come soon.
func vocabulary() (tokens []string, kinds []int32, lean []float32) {
	add := func(token string, kind int32, l float32) {
		tokens, kinds, lean = append(tokens, token), append(kinds, kind), append(lean, l)
	}
	add("<unk>", tokenUnknown, -2)
	add("<s>", tokenControl, -2)
	add("</s>", tokenControl, 0.25)
	for b := range 256 {
		add(fmt.Sprintf("<0x%02X>", b), tokenByte, -2)
	}
	add("▁", tokenNormal, 0.2) // the tokenizer's word for a space
	for c := '!'; c <= '~'; c++ {
		l := float32(0)
		if c == '"' {
			l = 0.25
		}
		add(string(c), tokenNormal, l)
	}
	return tokens, kinds, lean
}

// weights are random and small, but for one channel: every token's embedding is 1 there and stays the greatest part of the
// state, so that the output matrix can lean to a token through it as through a bias.
func (m *model) weights(lean []float32) {
	n := len(lean)
	embedding, output := m.noise(n*width, 0.05), m.noise(n*width, 0.05)
	for i, l := range lean {
		embedding[i*width] = 1
		output[i*width] = l
	}
	m.tensor("token_embd.weight", embedding, width, uint64(n))
	for b := range blocks {
		name := func(part string) string { return fmt.Sprintf("blk.%d.%s.weight", b, part) }
		m.tensor(name("attn_norm"), ones(width), width)
		m.tensor(name("attn_q"), m.noise(width*width, 0.1), width, width)
		m.tensor(name("attn_k"), m.noise(width*kvWidth, 0.1), width, kvWidth)
		m.tensor(name("attn_v"), m.noise(width*kvWidth, 0.02), width, kvWidth)
		m.tensor(name("attn_output"), m.noise(width*width, 0.02), width, width)
		m.tensor(name("ffn_norm"), ones(width), width)
		m.tensor(name("ffn_gate"), m.noise(width*hidden, 0.02), width, hidden)
		m.tensor(name("ffn_up"), m.noise(width*hidden, 0.02), width, hidden)
		m.tensor(name("ffn_down"), m.noise(hidden*width, 0.02), hidden, width)
	}
	m.tensor("output_norm.weight", ones(width), width)
	m.tensor("output.weight", output, width, uint64(n))
}

func (m *model) tensor(name string, values []float32, shape ...uint64) {
	m.tensors = append(m.tensors, tensor{name, shape, values})
}

// noise is uniform within ±scale. It is made of whole numbers and one product, which round alike on every machine.
func (m *model) noise(n int, scale float32) []float32 {
	values := make([]float32, n)
	for i := range values {
		values[i] = scale * (float32(int32(m.random.Uint32()>>8)-1<<23) / (1 << 23))
	}
	return values
}

func ones(n int) []float32 {
	values := make([]float32, n)
	for i := range values {
		values[i] = 1
	}
	return values
}
