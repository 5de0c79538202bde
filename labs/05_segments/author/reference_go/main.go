// The standard library has all of it: CRC32C (Castagnoli), gzip, zigzag varints.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"hash/crc32"
	"io"
	"log"
	"os"
	"path/filepath"
	"strconv"

	"github.com/twmb/franz-go/pkg/kgo"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// A cursor over the records of one batch.
type cursor struct{ rest []byte }

func (c *cursor) varint() int64 {
	value, size := binary.Varint(c.rest)
	if size <= 0 {
		log.Fatal("a varint that is none")
	}
	c.rest = c.rest[size:]
	return value
}

func (c *cursor) take(count int64) []byte {
	if count < 0 {
		return nil
	}
	taken := c.rest[:count]
	c.rest = c.rest[count:]
	return taken
}

func unpacked(batch []byte) []byte {
	body := batch[61:]
	if batch[22]&7 == 0 {
		return body
	}
	reader, err := gzip.NewReader(bytes.NewReader(body))
	check(err)
	plain, err := io.ReadAll(reader)
	check(err)
	return plain
}

// Calls send for each record of an intact batch.
func decode(batch []byte, send func(offset int64, value []byte)) {
	base := int64(binary.BigEndian.Uint64(batch))
	count := binary.BigEndian.Uint32(batch[57:])
	all := cursor{unpacked(batch)}
	for ; count > 0; count-- {
		record := cursor{all.take(all.varint())}
		record.take(1)  // attributes
		record.varint() // timestamp delta
		delta := record.varint()
		record.take(record.varint()) // key
		send(base+delta, record.take(record.varint()))
	}
}

// Calls send for each record of a segment, its damaged and torn batches left out.
func decodeSegment(data []byte, send func(offset int64, value []byte)) {
	castagnoli := crc32.MakeTable(crc32.Castagnoli)
	for len(data) >= 61 {
		size := 12 + int(binary.BigEndian.Uint32(data[8:]))
		if size > len(data) {
			return
		}
		if crc32.Checksum(data[21:size], castagnoli) == binary.BigEndian.Uint32(data[17:]) {
			decode(data[:size], send)
		}
		data = data[size:]
	}
}

func main() {
	client, err := kgo.NewClient(kgo.SeedBrokers(os.Getenv("BOOTSTRAP")))
	check(err)
	defer client.Close()
	var records []*kgo.Record
	files, err := filepath.Glob(os.Getenv("LAB_DATA") + "/orders-0/*.log")
	check(err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		check(err)
		decodeSegment(data, func(offset int64, value []byte) {
			key := []byte(strconv.FormatInt(offset, 10))
			records = append(records, &kgo.Record{Topic: "decoded", Key: key, Value: value})
		})
	}
	check(client.ProduceSync(context.Background(), records...).FirstErr())
}
