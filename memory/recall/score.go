package recall

import (
	"math/bits"
	"unicode"

	"github.com/turncoat-sim/turncoat/engine"
)

// The parameters of BM25 (Robertson and Zaragoza 2009, doi:10.1561/1500000019): k1 = 1.2, b = 0.75; here per mille.
const (
	k1 = 1200
	b  = 750
)

// fade is what a round takes of recency, per mille.
const fade = 800

// score gives every note its recency, its salience and its relevance, each scaled to 0…1000 over the notes that there are, and
// their sum, as in Park et al. (2023, arXiv 2304.03442) with equal weights. The words of the query are the names of whom the
// request is about and what was said in the present round.
func score(seen engine.Observation, items []Item, asked engine.Request, o Options) {
	var notes []*Item
	var texts []string
	for i := range items {
		if items[i].Memo >= 0 {
			notes = append(notes, &items[i])
			texts = append(texts, items[i].Text)
		}
	}
	if len(notes) == 0 {
		return
	}
	query := Query(seen, asked)
	relevance := bM25(query, texts)
	if o.Vectors != nil {
		if v := o.Vectors(query); v != nil {
			cosines(relevance, texts, v, o.Vectors)
		}
	}
	recency, salience := make([]int, len(notes)), make([]int, len(notes))
	for i, it := range notes {
		recency[i] = 1 << 20
		for range min(60, max(0, asked.Round-it.Round)) {
			recency[i] = recency[i] * fade / 1000
		}
		salience[i] = seen.Events[it.Event].Body.(engine.Notes).Notes[it.Memo].Salience
	}
	for _, part := range [][]int{recency, salience, relevance} {
		scale(part)
	}
	for i, it := range notes {
		it.Recency, it.Salience, it.Relevance = recency[i], salience[i], relevance[i]
		it.Score = recency[i] + salience[i] + relevance[i]
	}
}

// scale maps the values to 0…1000; all the same become 0, since they tell nothing apart.
func scale(v []int) {
	lo, hi := v[0], v[0]
	for _, x := range v {
		lo, hi = min(lo, x), max(hi, x)
	}
	for i := range v {
		if hi > lo {
			v[i] = (v[i] - lo) * 1000 / (hi - lo)
		} else {
			v[i] = 0
		}
	}
}

// Query is what the notes are searched for: the names of whom the request is about, and what was said in its round.
func Query(seen engine.Observation, asked engine.Request) string {
	var names []string
	out := ""
	for _, e := range seen.Events {
		switch body := e.Body.(type) {
		case engine.Opened:
			names = body.Names
		case engine.Statement:
			if e.Round == asked.Round {
				out += body.Text + "\n"
			}
		case engine.Briefing, engine.Deed, engine.News, engine.Bookkeeping: // only what was said says what is talked about
		}
	}
	among := asked.Legal
	if among == 0 {
		among = asked.Living.Without(asked.Seat)
	}
	for s := range among.All() {
		if int(s) < len(names) {
			out += names[s] + "\n"
		}
	}
	return out
}

// Texts are what the score of a request's notes follows from: the query, and the notes.
func Texts(seen engine.Observation, asked engine.Request) []string {
	out := []string{Query(seen, asked)}
	for _, it := range list(seen) {
		if it.Memo >= 0 {
			out = append(out, it.Text)
		}
	}
	if len(out) == 1 {
		return nil
	}
	return out
}

// bM25 is how well each text fits the words of the query, in 1/1024 bit: Σ over the query's words of
// idf · tf · (k1 + 1) / (tf + k1 · (1 − b + b · length / mean length)), idf = log2(1 + (N − df + ½) / (df + ½)), in integers so
// that it is the same on every processor. A word that stands in the query twice counts once.
func bM25(query string, texts []string) []int {
	index := map[uint64]int{}
	eachWord(query, func(w uint64) {
		if _, ok := index[w]; !ok {
			index[w] = len(index)
		}
	})
	counts, lengths, total := make([]int, len(texts)*len(index)), make([]int, len(texts)), 0
	df := make([]int, len(index))
	for i, text := range texts {
		tf := counts[i*len(index) : (i+1)*len(index)]
		eachWord(text, func(w uint64) {
			lengths[i]++
			if k, ok := index[w]; ok {
				if tf[k]++; tf[k] == 1 {
					df[k]++
				}
			}
		})
		total += lengths[i]
	}
	out := make([]int, len(texts))
	for i := range out {
		for k, tf := range counts[i*len(index) : (i+1)*len(index)] {
			if tf > 0 {
				n := len(texts)
				idf := log2(uint64(2*(n-df[k])+1)+uint64(2*df[k]+1)) - log2(uint64(2*df[k]+1))
				norm := (1000 - b) + b*lengths[i]*n/total
				out[i] += idf * tf * (1000 + k1) / (tf*1000 + k1*norm/1000)
			}
		}
	}
	return out
}

// eachWord calls do with a hash (FNV-1a) of every word in lower case.
func eachWord(text string, do func(uint64)) {
	const offset, prime = 14695981039346656037, 1099511628211
	h, inside := uint64(offset), false
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			h, inside = (h^uint64(unicode.ToLower(r)))*prime, true
			continue
		}
		if inside {
			do(h)
		}
		h, inside = offset, false
	}
	if inside {
		do(h)
	}
}

// log2 is the logarithm of a positive whole number in 1/1024, rounded down, bit by bit.
func log2(x uint64) int {
	n := bits.Len64(x) - 1
	out := n << 10
	m := x << (63 - uint(n)) // 1 ≤ m/2^63 < 2
	for bit := 1 << 9; bit > 0; bit >>= 1 {
		hi, lo := bits.Mul64(m, m) // square, in 2^126
		if hi>>63 == 1 {
			out += bit
			m = hi
		} else {
			m = hi<<1 | lo>>63
		}
	}
	return out
}

// cosines puts the cosine of each text's vector and the query's, per mille, in place of its relevance by words.
func cosines(relevance []int, texts []string, query []int8, vector func(string) []int8) {
	for i, text := range texts {
		relevance[i] = 0
		if v := vector(text); len(v) == len(query) {
			relevance[i] = cosine(v, query)
		}
	}
}

// cosine is per mille, and 0 of a vector of zeros. Components are whole numbers from −127 to 127.
func cosine(a, c []int8) int {
	var dot, aa, cc int64
	for i := range a {
		dot += int64(a[i]) * int64(c[i])
		aa += int64(a[i]) * int64(a[i])
		cc += int64(c[i]) * int64(c[i])
	}
	if aa == 0 || cc == 0 {
		return 0
	}
	return int(dot * 1000 / int64(root(uint64(aa)*uint64(cc))))
}

// root is the square root, rounded down (Newton).
func root(x uint64) uint64 {
	if x < 2 {
		return x
	}
	r := uint64(1) << ((bits.Len64(x) + 1) / 2)
	for {
		next := (r + x/r) / 2
		if next >= r {
			return r
		}
		r = next
	}
}
