// Lab 05. Decode the segments in $LAB_DATA/orders-0 and send each record to the topic `decoded`:
// key = its offset, value = its value. This one takes a segment for text.
package main

import (
	"context"
	"encoding/binary"
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

func main() {
	ctx := context.Background()
	client, err := kgo.NewClient(kgo.SeedBrokers(os.Getenv("BOOTSTRAP")))
	check(err)
	defer client.Close()
	send := func(offset int64, value []byte) {
		record := &kgo.Record{Topic: "decoded", Key: []byte(strconv.FormatInt(offset, 10)),
			Value: value}
		check(client.ProduceSync(ctx, record).FirstErr())
	}

	files, err := filepath.Glob(os.Getenv("LAB_DATA") + "/orders-0/*.log") // in order
	check(err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		check(err)
		// TODO: a segment is a row of batches. Where does the first one end?
		//   binary.BigEndian.Uint32(data[8:])    its length, from byte 12 on
		//   binary.Varint(data[at:])             a zigzag varint, and how many bytes it has
		send(int64(binary.BigEndian.Uint64(data)), data)
	}
}
