// Package transcript makes texts of games for others to read: a seat's game as a chat, and statements for annotators, whose labels it
// reads back.
//
// It is pure: events in, values and texts out. It must not know where games are kept, and shows no seat what it did not perceive.
package transcript
