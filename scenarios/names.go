package scenarios

// group is where the names of the pool come from; it balances the pool and is told to nobody.
type group struct {
	origin     string
	women, men [4]string
}

// groups hold first names in equal numbers by gender and by origin, so that no kind of name is the odd one out (rule 1.3).
// None is a contestant's or a host's of the show, or a language model's, and no two
// begin with the same three letters, so that a reader and a tokenizer tell them apart.
var groups = []group{
	{"british and irish", [4]string{"Bronwen", "Orla", "Isobel", "Winifred"}, [4]string{"Duncan", "Gareth", "Rupert", "Callum"}},
	{"latin", [4]string{"Marisol", "Beatriz", "Pilar", "Ximena"}, [4]string{"Rodrigo", "Ignacio", "Esteban", "Vicente"}},
	{"slavic", [4]string{"Zofia", "Milena", "Jadwiga", "Svetlana"}, [4]string{"Bogdan", "Kazimir", "Yaroslav", "Pavel"}},
	{"west african", [4]string{"Abena", "Folake", "Ngozi", "Efua"}, [4]string{"Kwame", "Olumide", "Emeka", "Babajide"}},
	{"arabic and persian", [4]string{"Farida", "Shirin", "Nadia", "Ghada"}, [4]string{"Tariq", "Hisham", "Bilal", "Walid"}},
	{"south asian", [4]string{"Priya", "Lakshmi", "Kavita", "Roshni"}, [4]string{"Arjun", "Vikram", "Suresh", "Manoj"}},
	{"east asian", [4]string{"Akiko", "Haruka", "Meiling", "Soyeon"}, [4]string{"Kenji", "Jiho", "Takumi", "Wenbo"}},
	{"nordic and german", [4]string{"Ingrid", "Sigrun", "Liesel", "Tuva"}, [4]string{"Torsten", "Henrik", "Lennart", "Joakim"}},
}

var pool = poolNames()

func poolNames() []string {
	var out []string
	for _, g := range groups {
		out = append(out, g.women[:]...)
		out = append(out, g.men[:]...)
	}
	return out
}
