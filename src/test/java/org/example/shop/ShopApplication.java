package org.example.shop;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/** Somebody else's application: an entity, a process, and Mailroom as a dependency like any other. */
@SpringBootConfiguration
@EnableAutoConfiguration
public class ShopApplication {}
